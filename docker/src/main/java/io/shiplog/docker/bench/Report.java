package io.shiplog.docker.bench;

import java.io.PrintWriter;
import java.util.Locale;

/** The table, printed row by row as results arrive. */
final class Report {
    private final PrintWriter out;
    private final boolean withProcess;

    Report(PrintWriter out, boolean withProcess) {
        this.out = out;
        this.withProcess = withProcess;
    }

    void head() {
        line("%-16s %8s %10s %9s %9s %9s %7s", "operation", "count", "ops/s", "p50 ms", "p90 ms", "p99 ms", "errors");
    }

    private void line(String format, Object... columns) {
        String line = String.format(Locale.ROOT, format, columns);
        out.println(withProcess && columns[0].equals("operation") ? line + "   CPU ms/op   RSS MiB" : line);
        out.flush();
    }

    /** @param cpuMillis and {@code mebibytes} of the server, if its processes are known */
    void row(String operation, Load.Outcome outcome, double cpuMillis, long mebibytes) {
        Samples samples = outcome.samples();
        double perSecond = samples.count() * 1e9 / Math.max(1, outcome.elapsedNanos());
        String line = String.format(
                Locale.ROOT,
                "%-16s %8d %10.1f %9.2f %9.2f %9.2f %7d",
                operation,
                samples.count(),
                perSecond,
                samples.millisAt(0.5),
                samples.millisAt(0.9),
                samples.millisAt(0.99),
                outcome.errors());
        if (withProcess) {
            line += String.format(
                    Locale.ROOT, " %11.3f %9d", cpuMillis / Math.max(1, samples.count() + outcome.errors()), mebibytes);
        }
        out.println(line);
        if (outcome.failure() != null) {
            out.println("    first error: " + outcome.failure());
        }
        out.flush();
    }
}
