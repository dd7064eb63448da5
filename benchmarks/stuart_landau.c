/* Stuart-Landau by RK4, written by hand: the yardstick. gcc -O3 -march=native -ffast-math. */
static inline void rhs(const double *x, const double *p, double *k) {
  double r2 = x[0] * x[0] + x[1] * x[1];
  double growth = p[0] - p[2] * r2, turning = p[1] - p[3] * r2;
  k[0] = growth * x[0] - turning * x[1];
  k[1] = turning * x[0] + growth * x[1];
}

void run(double *x, const double *p, double h, long steps, long every, double *out) {
  double k1[2], k2[2], k3[2], k4[2], y[2];
  long wait = every;
  for (long i = 0; i < steps; i++) {
    rhs(x, p, k1);
    for (int j = 0; j < 2; j++) y[j] = x[j] + h / 2 * k1[j];
    rhs(y, p, k2);
    for (int j = 0; j < 2; j++) y[j] = x[j] + h / 2 * k2[j];
    rhs(y, p, k3);
    for (int j = 0; j < 2; j++) y[j] = x[j] + h * k3[j];
    rhs(y, p, k4);
    for (int j = 0; j < 2; j++) x[j] += h / 6 * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]);
    if (--wait == 0) { *out++ = x[0]; *out++ = x[1]; wait = every; }
  }
}
