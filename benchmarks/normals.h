/* Standard normal numbers for the yardsticks: xoshiro256+ (Blackman and Vigna 2021, doi:10.1145/3460772) and the
   Box-Muller transform, both of whose numbers are used. `normal` gives one at a time; `normals` fills an array with
   LANES generators side by side, which gcc vectorises with the log and cos of libmvec. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define LANES 16
#define TURN 6.283185307179586
#define QUARTER 1.5707963267948966

typedef struct { uint64_t s[4]; double spare; int waits; } source;
typedef struct { uint64_t s[4][LANES]; } sources;

static uint64_t splitmix(uint64_t *x) {
  uint64_t z = (*x += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

static inline void seed_source(source *g, uint64_t seed) {
  for (int i = 0; i < 4; i++) g->s[i] = splitmix(&seed);
  g->waits = 0;
}

static inline void seed_sources(sources *g, uint64_t seed) {
  for (int i = 0; i < 4; i++)
    for (int l = 0; l < LANES; l++) g->s[i][l] = splitmix(&seed);
}

static inline uint64_t advance(uint64_t *a, uint64_t *b, uint64_t *c, uint64_t *d) {
  uint64_t word = *a + *d, t = *b << 17;
  *c ^= *a;
  *d ^= *b;
  *b ^= *c;
  *a ^= *d;
  *c ^= t;
  *d = (*d << 45) | (*d >> 19);
  return word;
}

/* Uniform on (0, 1] from the upper 52 bits, so that the logarithm never meets zero. */
static inline double uniform(uint64_t word) {
  double x;
  word = (word >> 12) | 0x3ff0000000000000ULL;
  memcpy(&x, &word, sizeof x);
  return 2 - x;
}

static inline double normal(source *g) {
  if (g->waits) {
    g->waits = 0;
    return g->spare;
  }
  double r = sqrt(-2 * log(uniform(advance(g->s, g->s + 1, g->s + 2, g->s + 3))));
  double angle = TURN * uniform(advance(g->s, g->s + 1, g->s + 2, g->s + 3));
  g->spare = r * sin(angle);
  g->waits = 1;
  return r * cos(angle);
}

static inline void uniforms(sources *g, double *u) {
  for (int l = 0; l < LANES; l++) u[l] = uniform(advance(&g->s[0][l], &g->s[1][l], &g->s[2][l], &g->s[3][l]));
}

/* n is a multiple of 2 LANES. The sine is written as a cosine, since gcc does not vectorise the pair of both. */
static inline void normals(sources *g, double *restrict out, long n) {
  for (long k = 0; k < n; k += 2 * LANES) {
    double u[LANES], v[LANES];
    uniforms(g, u);
    uniforms(g, v);
    for (int l = 0; l < LANES; l++) {
      double r = sqrt(-2 * log(u[l]));
      out[k + l] = r * cos(TURN * v[l]);
      out[k + LANES + l] = r * cos(TURN * v[l] - QUARTER);
    }
  }
}
