package io.shiplog.node.stats;

import io.shiplog.node.stats.RunningPod.RunningContainer;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Samples what a node uses, at most once in ten seconds, for all requests. */
public final class NodeStats {
    /** As the kubelet's housekeeping. */
    public static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Facts facts;
    private final Supplier<List<RunningPod>> pods;
    private final MachineFiles files;
    private final InstantSource clock;
    private @Nullable Sample before;
    private @Nullable Sample newest;

    /**
     * What is known of a node.
     *
     * @param shared whether other nodes are on the same machine: then this one counts its pods only
     * @param root on the disk that is measured
     */
    public record Facts(
            String node,
            boolean shared,
            Path root,
            Instant startTime,
            long cpuMillis,
            long memoryBytes,
            String version) {}

    /** @param pods those that run now; does not block */
    public NodeStats(Facts facts, Supplier<List<RunningPod>> pods, InstantSource clock) {
        this(facts, pods, MachineFiles.ofThisMachine(), clock);
    }

    NodeStats(Facts facts, Supplier<List<RunningPod>> pods, MachineFiles files, InstantSource clock) {
        this.facts = facts;
        this.pods = pods;
        this.files = files;
        this.clock = clock;
    }

    /** Takes a sample if the newest one is older than the interval. To be called in intervals, so that rates are of a known time. */
    public synchronized void sample() {
        Instant now = clock.instant();
        Sample last = newest;
        if (last != null && now.isBefore(last.at().plus(INTERVAL))) {
            return;
        }
        List<Sample.OfPod> found = new ArrayList<>();
        for (RunningPod pod : pods.get()) {
            found.add(ofPod(pod));
        }
        before = last;
        newest = new Sample(now, node(found), available(found), interfaces(found), disk(), found);
    }

    /** The working sets of the newest sample, in bytes: by the uid of a pod, then by container. */
    public synchronized Map<String, Map<String, Long>> workingSets() {
        Map<String, Map<String, Long>> sets = new HashMap<>();
        if (newest != null) {
            for (Sample.OfPod pod : newest.pods()) {
                Map<String, Long> each = new HashMap<>();
                pod.containers()
                        .forEach(
                                of -> each.put(of.container().name(), of.usage().workingSetBytes()));
                sets.put(pod.pod().uid(), each);
            }
        }
        return sets;
    }

    private Sample.OfPod ofPod(RunningPod pod) {
        List<Sample.OfContainer> containers = new ArrayList<>();
        for (RunningContainer each : pod.containers()) {
            Usage usage = each.pid() > 0 ? files.ofProcess(each.pid()) : null;
            if (usage != null) {
                containers.add(new Sample.OfContainer(each, usage));
            }
        }
        return new Sample.OfPod(
                pod, containers, pod.sandboxPid() > 0 ? files.interfaces(Long.toString(pod.sandboxPid())) : List.of());
    }

    private Usage node(List<Sample.OfPod> found) {
        return facts.shared()
                ? found.stream().map(Sample.OfPod::usage).reduce(Usage.NONE, Usage::plus)
                : files.ofMachine();
    }

    private long available(List<Sample.OfPod> found) {
        return facts.shared()
                ? Math.max(0, facts.memoryBytes() - node(found).workingSetBytes())
                : files.memoryAvailable();
    }

    private List<Traffic> interfaces(List<Sample.OfPod> found) {
        return facts.shared() ? List.of() : files.interfaces("1");
    }

    private Sample.Disk disk() {
        try {
            FileStore store = Files.getFileStore(facts.root());
            return new Sample.Disk(store.getTotalSpace(), store.getUsableSpace());
        } catch (IOException e) {
            return new Sample.Disk(0, 0);
        }
    }

    /** A consistent pair: the newest sample and the one before. */
    record Pair(Sample newest, @Nullable Sample before) {}

    private synchronized Pair pair() {
        sample();
        Sample last = newest;
        if (last == null) {
            throw new IllegalStateException("a sample was just taken");
        }
        return new Pair(last, before);
    }

    /**
     * {@code /stats/summary}.
     *
     * @param cpuAndMemoryOnly without networks and disks
     */
    public String summary(boolean cpuAndMemoryOnly) {
        return SummaryJson.of(facts, pair(), cpuAndMemoryOnly);
    }

    /** {@code /metrics/resource}. */
    public String resource() {
        return MetricsText.resource(pair().newest());
    }

    /** {@code /metrics/cadvisor}. */
    public String cadvisor() {
        return MetricsText.cadvisor(facts, pair().newest());
    }

    /** {@code /metrics}. */
    public String node() {
        return MetricsText.node(facts, pair().newest());
    }
}
