package io.shiplog.docker.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The resource use of some processes of this machine, from {@code /proc}. */
final class ProcessUse {
    /** USER_HZ, which is 100 on every Linux that Java supports. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private final List<Long> pids;

    ProcessUse(List<Long> pids) {
        this.pids = List.copyOf(pids);
    }

    boolean known() {
        return !pids.isEmpty();
    }

    /** CPU time of all of them, user and system, in milliseconds; precise to 10 ms. */
    double cpuMillis() throws IOException {
        double ticks = 0;
        for (long pid : pids) {
            String stat = Files.readString(proc(pid, "stat"));
            // The second field is the command in parentheses, and may contain anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            ticks += Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
        }
        return ticks * 1_000 / TICKS_PER_SECOND;
    }

    /** Resident memory of all of them, in MiB. */
    long residentMebibytes() throws IOException {
        long kibibytes = 0;
        for (long pid : pids) {
            for (String line : Files.readAllLines(proc(pid, "status"))) {
                if (line.startsWith("VmRSS:")) {
                    kibibytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        }
        return kibibytes / 1_024;
    }

    private static Path proc(long pid, String file) {
        return Path.of("/proc", Long.toString(pid), file);
    }
}
