/*
 * The first process of every pod's sandbox: holds the namespaces, buries orphans, ends at SIGTERM.
 *
 * No C library: signals are blocked and waited for, so that no handler (and no restorer) is needed, and the static program is
 * a few hundred bytes. `./build` compiles it for both machines.
 */
#if defined(__x86_64__)
enum { SYS_rt_sigprocmask = 14, SYS_rt_sigtimedwait = 128, SYS_wait4 = 61, SYS_exit = 60 };
static long call(long n, long a, long b, long c, long d) {
  long r;
  register long r10 __asm__("r10") = d;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
  return r;
}
#elif defined(__aarch64__)
enum { SYS_rt_sigprocmask = 135, SYS_rt_sigtimedwait = 137, SYS_wait4 = 260, SYS_exit = 93 };
static long call(long n, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = n;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}
#endif

enum { SIG_SETMASK = 2, SIGINT = 2, SIGTERM = 15, SIGCHLD = 17, WNOHANG = 1 };

void _start(void) {
  unsigned long waited = 1UL << (SIGINT - 1) | 1UL << (SIGTERM - 1) | 1UL << (SIGCHLD - 1);
  call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&waited, 0, sizeof waited);
  for (;;) {
    long signal = call(SYS_rt_sigtimedwait, (long)&waited, 0, 0, sizeof waited);
    if (signal == SIGTERM || signal == SIGINT) call(SYS_exit, 0, 0, 0, 0);
    while (call(SYS_wait4, -1, 0, WNOHANG, 0) > 0) {
    }
  }
}
