/* Stuart-Landau network by hand: n nodes, dense weights, diffusive coupling of x (components = 1) or of x and y (2)
   with fractional delays of at least one step, additive noise, Heun.
   z (2 n) holds x and y of each node in turn; weights (n, n) target by source; lag (n, n) delays in steps.
   history is constant before the start. keep receives z after each `every` steps. */
#include <stdlib.h>

#include "normals.h"

typedef struct { double alpha, omega, gamma, beta; } parameters;
typedef struct {
  long n, components, length, now;
  long *at;                 /* for each edge, where its older sample lies while the newest has the place 0 */
  double *older, *newer;    /* weights of the two samples between which the delay falls */
  double *history;          /* for each node `length` samples one after the other */
} network;

static void rhs(const double *z, const double *field, const double *strength, const parameters *q, long n,
                long components, double *restrict k) {
  for (long i = 0; i < n; i++) {
    double x = z[2 * i], y = z[2 * i + 1], r2 = x * x + y * y;
    double growth = q->alpha - q->gamma * r2, turning = q->omega - q->beta * r2;
    k[2 * i] = growth * x - turning * y + field[components * i] - strength[i] * x;
    k[2 * i + 1] = turning * x + growth * y;
    if (components == 2) k[2 * i + 1] += field[2 * i + 1] - strength[i] * y;
  }
}

/* Weighted sum of the delayed states at the time `ahead` steps after the newest sample. */
static void gather(const network *net, long ahead, double *restrict field) {
  long n = net->n;
  const double *now = net->history + net->components * (net->now + ahead);
  for (long i = 0; i < n; i++) {
    const long *at = net->at + i * n;
    const double *older = net->older + i * n, *newer = net->newer + i * n;
    double x = 0, y = 0;
    if (net->components == 1) {
      for (long j = 0; j < n; j++) {
        const double *sample = now + at[j];
        x += older[j] * sample[0] + newer[j] * sample[1];
      }
      field[i] = x;
    } else {
      for (long j = 0; j < n; j++) {
        const double *sample = now + 2 * at[j];
        x += older[j] * sample[0] + newer[j] * sample[2];
        y += older[j] * sample[1] + newer[j] * sample[3];
      }
      field[2 * i] = x;
      field[2 * i + 1] = y;
    }
  }
}

/* Write the newest sample; when the room is used up, its last part moves to the front. */
static void remember(network *net, const double *z, long kept) {
  long c = net->components;
  if (++net->now == net->length) {
    for (long j = 0; j < net->n; j++) {
      double *row = net->history + c * j * net->length;
      memmove(row, row + c * (net->length - kept), c * kept * sizeof *row);
    }
    net->now = kept;
  }
  for (long j = 0; j < net->n; j++)
    for (long m = 0; m < c; m++) net->history[c * (j * net->length + net->now) + m] = z[2 * j + m];
}

static long open_network(network *net, const double *z, const double *weights, const double *lag, double gain,
                         double *strength) {
  long n = net->n, c = net->components, kept = 0;
  net->at = malloc(n * n * sizeof(long));
  net->older = malloc(n * n * sizeof(double));
  net->newer = malloc(n * n * sizeof(double));
  for (long e = 0; e < n * n; e++) {
    long whole = (long)lag[e];
    double part = lag[e] - whole;
    /* Between the samples `whole` + 1 and `whole` steps back; an absent edge reads samples that are there. */
    net->at[e] = weights[e] == 0 ? -2 : -whole - 1;
    net->older[e] = gain * weights[e] * part;
    net->newer[e] = gain * weights[e] * (1 - part);
    if (-net->at[e] > kept) kept = -net->at[e];
  }
  net->length = 8 * (kept + 1);
  for (long e = 0; e < n * n; e++) net->at[e] += e % n * net->length;
  net->now = kept;
  net->history = malloc(c * n * net->length * sizeof(double));
  for (long j = 0; j < n; j++) {
    for (long s = 0; s <= kept; s++)
      for (long m = 0; m < c; m++) net->history[c * (j * net->length + s) + m] = z[2 * j + m];
    strength[j] = 0;
    for (long i = 0; i < n; i++) strength[j] += gain * weights[j * n + i];
  }
  return kept;
}

void run(double *z, const parameters *given, const double *weights, const double *lag, double gain, double sigma,
         double h, long n, long components, long steps, long every, uint64_t seed, double *keep) {
  parameters q = *given;
  network net = {.n = n, .components = components};
  long drawn = (2 * n + 2 * LANES - 1) / (2 * LANES) * (2 * LANES), wait = every;
  double *work = malloc((9 * 2 * n + drawn) * sizeof(double));
  double *k = work, *l = k + 2 * n, *guess = l + 2 * n, *field = guess + 2 * n, *next = field + 2 * n;
  double *strength = next + 2 * n, *w = strength + n;
  double size = sigma * sqrt(h);
  sources g;
  seed_sources(&g, seed);
  long kept = open_network(&net, z, weights, lag, gain, strength);
  gather(&net, 0, field);
  memset(w, 0, drawn * sizeof *w);
  for (long i = 0; i < steps; i++) {
    if (sigma > 0) normals(&g, w, drawn);
    rhs(z, field, strength, &q, n, components, k);
    for (long j = 0; j < 2 * n; j++) guess[j] = z[j] + h * k[j] + size * w[j];
    /* No delay is shorter than a step: what arrives at the end of this step is known, and the next begins with it. */
    gather(&net, 1, next);
    rhs(guess, next, strength, &q, n, components, l);
    for (long j = 0; j < 2 * n; j++) z[j] += h / 2 * (k[j] + l[j]) + size * w[j];
    double *old = field;
    field = next;
    next = old;
    remember(&net, z, kept);
    if (--wait == 0) {
      memcpy(keep, z, 2 * n * sizeof *z);
      keep += 2 * n;
      wait = every;
    }
  }
  free(net.at);
  free(net.older);
  free(net.newer);
  free(net.history);
  free(work);
}
