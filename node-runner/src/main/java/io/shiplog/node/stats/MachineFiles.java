package io.shiplog.node.stats;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads usage from /proc and control groups, version 1 and 2. A file that is not there counts as zeros; a container whose memory cannot be read has no
 * usage.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>
 */
final class MachineFiles {
    private static final int MAX_BYTES = 256 * 1024;
    /** Of /proc/stat, on every Linux that Java runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int CGROUP_PARTS = 3;
    private static final int BUSY_FIELDS = 8;
    private static final int IDLE_FIELD = 3;
    private static final int IOWAIT_FIELD = 4;
    private static final int NET_FIELDS = 11;

    private final Path proc;
    private final Path cgroups;

    MachineFiles(Path proc, Path cgroups) {
        this.proc = proc;
        this.cgroups = cgroups;
    }

    static MachineFiles ofThisMachine() {
        return new MachineFiles(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Lines of a name and a number. */
    private static Map<String, Long> table(Path file) {
        Map<String, Long> values = new HashMap<>();
        for (String line : text(file).split("\n")) {
            String[] words = line.strip().split("[:\\s]+");
            if (words.length > 1) {
                values.put(words[0], number(words[1]));
            }
        }
        return values;
    }

    /** What the control group of a process uses; null if it has none, or is gone. */
    @Nullable Usage ofProcess(long pid) {
        Path unified = null;
        Path cpu = null;
        Path memory = null;
        for (String line :
                text(proc.resolve(Long.toString(pid)).resolve("cgroup")).split("\n")) {
            String[] parts = line.split(":", CGROUP_PARTS);
            if (parts.length < CGROUP_PARTS) {
                continue;
            }
            String relative = parts[2].replaceFirst("^/+", "");
            List<String> controllers = List.of(parts[1].split(","));
            if (parts[1].isEmpty()) {
                unified = cgroups.resolve(relative);
            } else if (controllers.contains("memory")) {
                memory = cgroups.resolve(parts[1]).resolve(relative);
            } else if (controllers.contains("cpuacct")) {
                cpu = cgroups.resolve(parts[1]).resolve(relative);
            }
        }
        if (memory != null && cpu != null) {
            return version1(cpu, memory);
        }
        return unified == null ? null : version2(unified);
    }

    private static @Nullable Usage version1(Path cpu, Path memory) {
        String usage = text(memory.resolve("memory.usage_in_bytes"));
        if (usage.isEmpty()) {
            return null;
        }
        Map<String, Long> stat = table(memory.resolve("memory.stat"));
        return usage(
                number(text(cpu.resolve("cpuacct.usage"))),
                number(usage),
                stat.getOrDefault("total_inactive_file", 0L),
                stat.getOrDefault("total_rss", 0L),
                stat.getOrDefault("total_cache", 0L),
                stat.getOrDefault("total_pgfault", 0L),
                stat.getOrDefault("total_pgmajfault", 0L));
    }

    private static @Nullable Usage version2(Path group) {
        String usage = text(group.resolve("memory.current"));
        if (usage.isEmpty()) {
            return null;
        }
        Map<String, Long> stat = table(group.resolve("memory.stat"));
        return usage(
                table(group.resolve("cpu.stat")).getOrDefault("usage_usec", 0L) * 1000,
                number(usage),
                stat.getOrDefault("inactive_file", 0L),
                stat.getOrDefault("anon", 0L),
                stat.getOrDefault("file", 0L),
                stat.getOrDefault("pgfault", 0L),
                stat.getOrDefault("pgmajfault", 0L));
    }

    private static Usage usage(
            long cpuNanos, long usage, long inactiveFile, long rss, long cache, long faults, long majorFaults) {
        return new Usage(cpuNanos, usage, Math.max(0, usage - inactiveFile), rss, cache, faults, majorFaults);
    }

    /** What the whole machine uses. */
    Usage ofMachine() {
        Map<String, Long> memory = meminfo();
        long used = memory.getOrDefault("MemTotal", 0L) - memory.getOrDefault("MemFree", 0L);
        Map<String, Long> pages = table(proc.resolve("vmstat"));
        return usage(
                busyNanos(),
                used,
                memory.getOrDefault("Inactive(file)", 0L),
                memory.getOrDefault("AnonPages", 0L),
                memory.getOrDefault("Cached", 0L),
                pages.getOrDefault("pgfault", 0L),
                pages.getOrDefault("pgmajfault", 0L));
    }

    /** Bytes of the machine's memory that processes can still get. */
    long memoryAvailable() {
        return meminfo().getOrDefault("MemAvailable", 0L);
    }

    private Map<String, Long> meminfo() {
        Map<String, Long> bytes = table(proc.resolve("meminfo"));
        bytes.replaceAll((name, kibibytes) -> kibibytes << 10);
        return bytes;
    }

    private long busyNanos() {
        String[] words = text(proc.resolve("stat")).split("\n", 2)[0].split("\\s+");
        long ticks = 0;
        for (int i = 0; i < BUSY_FIELDS && i + 1 < words.length; i++) {
            ticks += i == IDLE_FIELD || i == IOWAIT_FIELD ? 0 : number(words[i + 1]);
        }
        return ticks * NANOS_PER_TICK;
    }

    /** The interfaces in a process's network namespace, without loopback. */
    List<Traffic> interfaces(String pid) {
        List<Traffic> found = new ArrayList<>();
        for (String line : text(proc.resolve(pid).resolve("net").resolve("dev")).split("\n")) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip();
            String[] words = line.substring(colon + 1).strip().split("\\s+");
            if (name.isEmpty() || name.equals("lo") || words.length < NET_FIELDS) {
                continue;
            }
            found.add(new Traffic(
                    name,
                    number(words[0]),
                    number(words[1]),
                    number(words[2]),
                    number(words[8]),
                    number(words[9]),
                    number(words[10])));
        }
        return found;
    }
}
