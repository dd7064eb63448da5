/* Jansen-Rit, one node, by hand: Heun and RK4, and with white noise on the input Euler-Maruyama and stochastic Heun.
   State y0, y1, y2 and their derivatives; parameters A, B, a, b, C, e0, v0, r and the input p; all in mV and s. */
#include "normals.h"

typedef struct { double A, B, a, b, C, e0, v0, r, p; } parameters;
enum { EULER, HEUN, RK4 };
#define BLOCK 1024

/* With 4 instead of the 3 there are, gcc takes all of them at once, by one vector call of exp. */
#ifndef SIGMOIDS
#define SIGMOIDS 3
#endif

static inline double sigmoid(double v, const parameters *q) { return 2 * q->e0 / (1 + exp(q->r * (q->v0 - v))); }

static inline void rhs(const double *y, const parameters *q, double *k) {
  double s[4] = {y[1] - y[2], q->C * y[0], 0.25 * q->C * y[0], 0};
  for (int j = 0; j < SIGMOIDS; j++) s[j] = sigmoid(s[j], q);
  k[0] = y[3];
  k[1] = y[4];
  k[2] = y[5];
  k[3] = q->A * q->a * s[0] - 2 * q->a * y[3] - q->a * q->a * y[0];
  k[4] = q->A * q->a * (q->p + 0.8 * q->C * s[1]) - 2 * q->a * y[4] - q->a * q->a * y[1];
  k[5] = q->B * q->b * 0.25 * q->C * s[2] - 2 * q->b * y[5] - q->b * q->b * y[2];
}

static inline void moved(const double *y, double h, const double *k, double *z) {
  for (int j = 0; j < 6; j++) z[j] = y[j] + h * k[j];
}

static inline void heun(double *y, const parameters *q, double h) {
  double k[6], l[6], z[6];
  rhs(y, q, k);
  moved(y, h, k, z);
  rhs(z, q, l);
  for (int j = 0; j < 6; j++) y[j] += h / 2 * (k[j] + l[j]);
}

static inline void rk4(double *y, const parameters *q, double h) {
  double a[6], b[6], c[6], d[6], z[6];
  rhs(y, q, a);
  moved(y, h / 2, a, z);
  rhs(z, q, b);
  moved(y, h / 2, b, z);
  rhs(z, q, c);
  moved(y, h, c, z);
  rhs(z, q, d);
  for (int j = 0; j < 6; j++) y[j] += h / 6 * (a[j] + 2 * b[j] + 2 * c[j] + d[j]);
}

/* One step of size h with the increment `kick` of the noise, which enters the rate of y1. */
static inline void noisy_step(double *y, const parameters *q, double h, double kick, int method) {
  double k[6], l[6], z[6];
  rhs(y, q, k);
  moved(y, h, k, z);
  z[4] += kick;
  if (method == EULER) {
    memcpy(y, z, sizeof z);
    return;
  }
  rhs(z, q, l);
  for (int j = 0; j < 6; j++) y[j] += h / 2 * (k[j] + l[j]);
  y[4] += kick;
}

/* Every function keeps the six states after each `every` steps in out. */
void run(double *y, const parameters *given, double h, long steps, long every, int method, double *out) {
  parameters q = *given;
  long wait = every;
  for (long i = 0; i < steps; i++) {
    if (method == HEUN) heun(y, &q, h); else rk4(y, &q, h);
    if (--wait == 0) {
      memcpy(out, y, 6 * sizeof *y);
      out += 6;
      wait = every;
    }
  }
}

/* sigma is the strength of the noise on p, in 1/s per square root of a second. One normal number at a time, */
void run_noisy(double *y, const parameters *given, double sigma, double h, long steps, long every, int method,
               uint64_t seed, double *out) {
  parameters q = *given;
  source g;
  seed_source(&g, seed);
  double size = q.A * q.a * sigma * sqrt(h);
  long wait = every;
  for (long i = 0; i < steps; i++) {
    noisy_step(y, &q, h, size * normal(&g), method);
    if (--wait == 0) {
      memcpy(out, y, 6 * sizeof *y);
      out += 6;
      wait = every;
    }
  }
}

/* or BLOCK of them, drawn ahead by vector instructions. */
void run_noisy_ahead(double *y, const parameters *given, double sigma, double h, long steps, long every, int method,
                     uint64_t seed, double *out) {
  parameters q = *given;
  sources g;
  double drawn[BLOCK];
  seed_sources(&g, seed);
  double size = q.A * q.a * sigma * sqrt(h);
  long wait = every;
  for (long i = 0; i < steps; i++) {
    if (i % BLOCK == 0) normals(&g, drawn, BLOCK);
    noisy_step(y, &q, h, size * drawn[i % BLOCK], method);
    if (--wait == 0) {
      memcpy(out, y, 6 * sizeof *y);
      out += 6;
      wait = every;
    }
  }
}
