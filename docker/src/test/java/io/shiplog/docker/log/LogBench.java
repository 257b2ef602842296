package io.shiplog.docker.log;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.broker.TestKeys;
import io.shiplog.events.log.Drafts;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.LogWriter;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How fast the log is, broker and all in one process: durable, read-back appends of 2 KB, questions for the end, replay. No test:
 * run it by hand, on a directory of the disk in question. Prints one line a figure.
 *
 * <p>Arguments: directory, seconds per figure.
 */
public final class LogBench {
    private static final int PAYLOAD_BYTES = 1_900;

    private LogBench() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        Duration span = Duration.ofSeconds(Long.parseLong(args[1]));
        Files.createDirectories(directory);
        long begin = System.nanoTime();
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.in(directory, TestKeys.pki()));
                KafkaCluster cluster = KafkaCluster.connect(
                        KafkaLogConfig.singleBroker(broker.access(), "bench", broker::refusal), Clock.systemUTC());
                EventLog log = cluster.open(ShardConfig.events())) {
            LogWriter writer = log.claim("", Duration.ofSeconds(30));
            System.out.printf("ready to write after %d ms%n", (System.nanoTime() - begin) / 1_000_000);
            for (int appenders : new int[] {64, 1, 16, 64, 256}) {
                append(writer, appenders, span);
            }
            ends(log, "of the writer's log", span);
            try (EventLog other = cluster.open(ShardConfig.events())) {
                ends(other, "of a reader's log", span);
                replay(other);
            }
        }
    }

    private static void append(LogWriter writer, int appenders, Duration span) throws InterruptedException {
        Semaphore free = new Semaphore(appenders);
        int most = 1_000_000;
        long[] micros = new long[most];
        AtomicInteger done = new AtomicInteger();
        long cpu = cpuNanos();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < span.toNanos() && done.get() < most - appenders) {
            free.acquire();
            long since = System.nanoTime();
            long revision = writer.lastRevision() + 1;
            var unused = writer.append(Drafts.configMap(revision, "cm-" + revision % 10_000, PAYLOAD_BYTES))
                    .whenComplete((event, failure) -> {
                        micros[done.getAndIncrement()] = (System.nanoTime() - since) / 1_000;
                        free.release();
                    });
        }
        if (!free.tryAcquire(appenders, 30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("appends hang");
        }
        report("append, %d at once".formatted(appenders), micros, done.get(), System.nanoTime() - begin, cpu);
    }

    private static void ends(EventLog log, String whose, Duration span) throws InterruptedException {
        int atOnce = 64;
        Semaphore free = new Semaphore(atOnce);
        int most = 5_000_000;
        long[] micros = new long[most];
        AtomicInteger done = new AtomicInteger();
        long cpu = cpuNanos();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < span.toNanos() && done.get() < most - atOnce) {
            free.acquire();
            long since = System.nanoTime();
            var unused = log.end().whenComplete((end, failure) -> {
                micros[done.getAndIncrement()] = (System.nanoTime() - since) / 1_000;
                free.release();
            });
        }
        free.tryAcquire(atOnce, 30, TimeUnit.SECONDS);
        report("end " + whose, micros, done.get(), System.nanoTime() - begin, cpu);
    }

    private static void replay(EventLog log) {
        long cpu = cpuNanos();
        long begin = System.nanoTime();
        long last = log.read(0, Long.MAX_VALUE, batch -> {});
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "replay: %d events, %.0f/s, CPU %.4f ms each%n", last, last / seconds, (cpuNanos() - cpu) / 1e6 / last);
    }

    private static void report(String what, long[] micros, int count, long nanos, long cpuBefore) {
        long cpu = cpuNanos() - cpuBefore;
        long[] sorted = Arrays.copyOf(micros, count);
        Arrays.sort(sorted);
        System.out.printf(
                "%s: %.0f/s, p50 %.2f ms, p99 %.2f ms, CPU %.3f ms each%n",
                what,
                count / (nanos / 1e9),
                sorted[count / 2] / 1e3,
                sorted[count * 99 / 100] / 1e3,
                cpu / 1e6 / count);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
