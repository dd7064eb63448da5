/* Many Jansen-Rit nodes with parameters of their own, by hand: Heun, the inner loop over nodes vectorised by gcc with
   the exp of libmvec, the nodes shared out to threads in blocks that stay in the first-level cache.
   y (6, n) and q (9, n; A, B, a, b, C, e0, v0, r, p), row by row; y holds the end state afterwards, and mean (n) the
   mean of y1 - y2 over the states after step number `skip`, to the last. */
#include <math.h>
#include <pthread.h>
#include <stddef.h>

#define BLOCK 16
#define MOST_THREADS 64

typedef struct { double *y, *mean; const double *q; double h; long n, steps, skip, first, last; } job;

static inline double sigmoid(double v, double e0, double v0, double r) { return 2 * e0 / (1 + exp(r * (v0 - v))); }

static inline void rhs(double y[6][BLOCK], double q[9][BLOCK], double k[6][BLOCK]) {
#pragma GCC ivdep
  for (int i = 0; i < BLOCK; i++) {
    double A = q[0][i], B = q[1][i], a = q[2][i], b = q[3][i], C = q[4][i], e0 = q[5][i], v0 = q[6][i], r = q[7][i];
    double s0 = sigmoid(y[1][i] - y[2][i], e0, v0, r), s1 = sigmoid(C * y[0][i], e0, v0, r);
    double s2 = sigmoid(0.25 * C * y[0][i], e0, v0, r);
    k[0][i] = y[3][i];
    k[1][i] = y[4][i];
    k[2][i] = y[5][i];
    k[3][i] = A * a * s0 - 2 * a * y[3][i] - a * a * y[0][i];
    k[4][i] = A * a * (q[8][i] + 0.8 * C * s1) - 2 * a * y[4][i] - a * a * y[1][i];
    k[5][i] = B * b * 0.25 * C * s2 - 2 * b * y[5][i] - b * b * y[2][i];
  }
}

static void block(const job *work, long first, long count) {
  double y[6][BLOCK], q[9][BLOCK], k[6][BLOCK], l[6][BLOCK], z[6][BLOCK], sum[BLOCK] = {0}, h = work->h;
  /* The last block is filled up with copies of its first node. */
  for (int i = 0; i < BLOCK; i++) {
    long node = i < count ? first + i : first;
    for (int j = 0; j < 6; j++) y[j][i] = work->y[j * work->n + node];
    for (int j = 0; j < 9; j++) q[j][i] = work->q[j * work->n + node];
  }
  for (long step = 0; step < work->steps; step++) {
    rhs(y, q, k);
    for (int j = 0; j < 6; j++)
      for (int i = 0; i < BLOCK; i++) z[j][i] = y[j][i] + h * k[j][i];
    rhs(z, q, l);
    for (int j = 0; j < 6; j++)
      for (int i = 0; i < BLOCK; i++) y[j][i] += h / 2 * (k[j][i] + l[j][i]);
    if (step >= work->skip)
      for (int i = 0; i < BLOCK; i++) sum[i] += y[1][i] - y[2][i];
  }
  for (int i = 0; i < count; i++) {
    for (int j = 0; j < 6; j++) work->y[j * work->n + first + i] = y[j][i];
    work->mean[first + i] = sum[i] / (work->steps - work->skip);
  }
}

static void *share(void *given) {
  const job *work = given;
  for (long first = work->first; first < work->last; first += BLOCK)
    block(work, first, work->last - first < BLOCK ? work->last - first : BLOCK);
  return NULL;
}

void run(double *y, const double *q, double h, long n, long steps, long skip, long threads, double *mean) {
  pthread_t started[MOST_THREADS];
  job jobs[MOST_THREADS];
  if (threads > MOST_THREADS) threads = MOST_THREADS;
  for (long t = 0; t < threads; t++) {
    jobs[t] = (job){y, mean, q, h, n, steps, skip, n * t / threads, n * (t + 1) / threads};
    pthread_create(&started[t], NULL, share, &jobs[t]);
  }
  for (long t = 0; t < threads; t++) pthread_join(started[t], NULL);
}
