/* One population of quadratic integrate-and-fire neurons, all connected to all, by hand.

   run:   the integrator of rosetta_core/_qif.py, the rational map of a step that passes the spike at infinity; the
          synapse is instantaneous over one step (order 0) or of second order (order 2), which needs the moment of
          every spike.
   euler: the textbook scheme, Euler's step and a voltage that jumps from peak to -peak; instantaneous synapse.

   kept has a row for each `every` steps: spikes in them, and at their end Z (real, imaginary) and s. */

#include <math.h>

#define BLOCK 256

static long move(double *restrict u, const double *restrict x0, double common, long n, double *restrict mark)
{
    long fired = 0;
    for (long j = 0; j < n; j++) {
        double x = x0[j] + common;
        double p = 105.0 - 10.0 * x;
        double q = (x - 45.0) * x + 105.0;
        double below = q - u[j] * p + 1e-290;
        u[j] = (u[j] * q + x * p) / below;
        mark[j] = below;
        fired += below < 0.0;
    }
    return fired;
}

static long move_only(double *restrict u, const double *restrict x0, double common, long n)
{
    long fired = 0;
    for (long j = 0; j < n; j++) {
        double x = x0[j] + common;
        double p = 105.0 - 10.0 * x;
        double q = (x - 45.0) * x + 105.0;
        double below = q - u[j] * p + 1e-290;
        u[j] = (u[j] * q + x * p) / below;
        fired += below < 0.0;
    }
    return fired;
}

static void order_parameter(const double *u, long n, double d, double *kept)
{
    double re = 0.0, im = 0.0;
    for (long j = 0; j < n; j++) {
        double v = fmin(fmax(u[j] / d, -1e150), 1e150), scale = 1.0 / (1.0 + v * v);
        re += (1.0 - v * v) * scale;
        im += 2.0 * v * scale;
    }
    kept[1] = re / n;
    kept[2] = im / n;
}

/* Part of the step that has passed since the spike of a neuron that is at u at the end of it. */
static double since_spike(double u, double x)
{
    double w = -1.0 / u, z = x * w * w;
    if (fabs(z) < 0.05) return w * (945.0 + (735.0 + 64.0 * z) * z) / (945.0 + (1050.0 + 225.0 * z) * z);
    return x > 0.0 ? atan2(sqrt(x), -u) / sqrt(x) : atanh(sqrt(-x) * w) / sqrt(-x);
}

void run(double *u, const double *x0, double drive, double gain, double d, double dt, double tau_s, long order, long n,
         long steps, long every, double *kept)
{
    double s = 0.0, z = 0.0, mean = 0.0, fired = 0.0, mark[BLOCK];
    double b = dt / tau_s, fade = exp(-b), gone = 1.0 - fade;
    for (long i = 0; i < steps; i++, kept += (i % every == 0) ? 4 : 0) {
        double common = drive + gain * mean, first = 0.0, second = 0.0;
        long now = 0;
        if (order == 0) {
            now = move_only(u, x0, common, n);
            mean = s = now / (n * dt);
        } else {
            for (long low = 0; low < n; low += BLOCK) {
                long size = n - low < BLOCK ? n - low : BLOCK;
                long here = move(u + low, x0 + low, common, size, mark);
                now += here;
                for (long j = 0; here > 0; j++)
                    if (mark[j] < 0.0) {
                        double f = b * since_spike(u[low + j], x0[low + j] + common), left = exp(-f);
                        first += left;
                        second += f * left;
                        here--;
                    }
            }
            double s_old = s;
            s = (1.0 + b) * fade * s_old + b * fade * z + second / (n * tau_s);
            z = -b * fade * s_old + (1.0 - b) * fade * z + (first - second) / (n * tau_s);
            mean = ((2.0 * gone - b * fade) * s + (gone - b * fade) * z) / b + (now - first - second) / (n * dt);
        }
        fired += now;
        if ((i + 1) % every == 0) {
            kept[0] = fired;
            order_parameter(u, n, d, kept);
            kept[3] = s;
            fired = 0.0;
        }
    }
}

void euler(double *v, const double *eta, double I, double J, double tau, double dt, double peak, long n, long steps,
           long every, double *kept)
{
    double s = 0.0, fired = 0.0, d = dt / tau;
    for (long i = 0; i < steps; i++, kept += (i % every == 0) ? 4 : 0) {
        double common = I + J * tau * s;
        long now = 0;
        for (long j = 0; j < n; j++) {
            double next = v[j] + d * (v[j] * v[j] + eta[j] + common);
            now += next >= peak;
            v[j] = next >= peak ? -peak : next;
        }
        s = now / (n * dt);
        fired += now;
        if ((i + 1) % every == 0) {
            kept[0] = fired;
            order_parameter(v, n, 1.0, kept);
            kept[3] = s;
            fired = 0.0;
        }
    }
}
