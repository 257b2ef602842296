package io.shiplog.docker.bench;

import io.shiplog.docker.broker.EmbeddedBroker;
import io.shiplog.docker.broker.EmbeddedBrokerConfig;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.KafkaPki;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.KafkaAccess;
import io.shiplog.events.log.kafka.KafkaCluster;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import io.shiplog.events.log.kafka.ShardConfig;
import io.shiplog.projections.history.index.SegmentStore;
import io.shiplog.projections.kafka.KafkaKeyframeStore;
import io.shiplog.projections.kafka.KafkaSegmentStore;
import io.shiplog.projections.kafka.KafkaStoreConfig;
import io.shiplog.projections.keyframe.KeyframeStore;
import io.shiplog.projections.live.KeyframeWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code bench-history}. */
@Command(
        name = "bench-history",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes a long log of made-up objects, starts a cluster without nodes over it, and asks it about its past.",
            "Each question is asked of a process that was just started; root empties the page cache before it, too."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  ./shiplog bench-history --events 1000000 --objects 10000 --rounds 10",
            "",
            "Rows: 'one object' is GET /at/REVISION/… of one object, 'all objects' the two lists that make up all of them,",
            "'why' the causes of one change, thirty-two events back, 'story' all events of one object.",
            "'CPU' is what the cluster's process used meanwhile, on average; on a busy machine it tells more than the clock.",
            "'watch' is a watch of half the objects from revision 1 on, one after the other in the same process."
        })
public final class HistoryBench implements Callable<Integer> {
    private static final String CLUSTER = "shiplog";
    private static final int SEGMENT_EVENTS = 16_384;
    private static final int LATE = 2;
    private static final int WATCHES = 3;
    private static final int WARM = 20;
    private static final long LOOK_EVERY_MILLIS = 500;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--script", required = true, hidden = true)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path script;

    @Option(
            names = "--events",
            defaultValue = "1000000",
            paramLabel = "N",
            description = "How long the log is (default: ${DEFAULT-VALUE}).")
    private long events;

    @Option(
            names = "--objects",
            defaultValue = "10000",
            paramLabel = "N",
            description = "How many objects (default: ${DEFAULT-VALUE}).")
    private int objects;

    @Option(
            names = "--rounds",
            defaultValue = "10",
            paramLabel = "N",
            description = "How often each question is asked (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--port",
            defaultValue = "16443",
            paramLabel = "PORT",
            description = "Of the cluster's API (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--home",
            paramLabel = "FOLDER",
            description =
                    "Where the log is, or will be; one that is there is asked as it is (default: a new folder, removed at the end).")
    private @Nullable Path kept;

    /** A query and its response time, in nanoseconds. */
    private interface Question {
        long ask(HttpConnection connection) throws IOException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (objects < 2 || events < 2L * objects || rounds < 1) {
            throw new IllegalArgumentException(
                    "--objects is at least 2, --events at least twice as many, --rounds at least 1");
        }
        Path folder = kept == null ? Files.createTempDirectory("shiplog-bench-history") : kept;
        ShiplogHome home = new ShiplogHome(folder).create();
        try {
            write(home);
            measure(home);
        } finally {
            if (kept == null) {
                home.delete();
            }
        }
        return 0;
    }

    private void write(ShiplogHome home) throws InterruptedException {
        try (EmbeddedBroker broker =
                        EmbeddedBroker.start(EmbeddedBrokerConfig.in(home.kafka(), KafkaPki.open(home.kafkaPki())));
                KafkaCluster kafka = KafkaCluster.connect(
                        KafkaLogConfig.singleBroker(broker.access(), CLUSTER, broker::refusal), Clock.systemUTC());
                EventLog log = kafka.open(ShardConfig.events())) {
            if (log.end().toCompletableFuture().join() >= events) {
                say("the log is there");
                return;
            }
            long start = System.nanoTime();
            new LongLog(events, objects, Clock.systemUTC().instant()).write(log);
            say("%,d events of %,d objects written, %,.0f/s", events, objects, perSecond(events, start));
        }
    }

    private static double perSecond(double count, long start) {
        return count * 1e9 / (System.nanoTime() - start);
    }

    private void measure(ShiplogHome home) throws IOException, InterruptedException {
        Restarts cluster = new Restarts(script, home.folder(), port);
        HistoryQuestions questions = new HistoryQuestions(events, objects);
        derive(home, cluster);
        say(
                Restarts.canDropCaches()
                        ? "page cache: emptied before each question"
                        : "page cache: kept (only root may empty it)");
        say("%-12s %6s %9s %9s %9s %9s", "question", "count", "p50 ms", "p95 ms", "worst ms", "CPU ms");
        row("one object", cluster, questions::oneObject);
        row("all objects", cluster, questions::allObjects);
        row("why", cluster, questions::why);
        row("story", cluster, questions::story);
        say("the same of a process that has answered each %d times, page cache and all", WARM);
        Target target = cluster.start();
        try (HttpConnection connection = target.connect()) {
            warm("one object", cluster, connection, questions::oneObject);
            warm("all objects", cluster, connection, questions::allObjects);
            warm("why", cluster, connection, questions::why);
            warm("story", cluster, connection, questions::story);
        } finally {
            cluster.stop();
        }
        watch(cluster, questions);
    }

    private void watch(Restarts cluster, HistoryQuestions questions) throws IOException, InterruptedException {
        Target target = cluster.start();
        try {
            for (int i = 0; i < WATCHES; i++) {
                double before = cluster.use().cpuMillis();
                try (HttpConnection connection = target.connect()) {
                    HistoryQuestions.Pace pace = questions.watch(connection);
                    say(
                            "%-12s %,.0f events/s, for which %,.0f events/s of the log are read; CPU %.3f ms an event of the log",
                            "watch", pace.events(), pace.log(), (cluster.use().cpuMillis() - before) / events);
                }
            }
            say("%-12s %d MiB", "resident", cluster.use().residentMebibytes());
        } finally {
            cluster.stop();
        }
    }

    /** A first run creates missing keyframes and the index. */
    private void derive(ShiplogHome home, Restarts cluster) throws IOException, InterruptedException {
        long start = System.nanoTime();
        cluster.start();
        try {
            KafkaStoreConfig stores = KafkaStoreConfig.singleBroker(
                    new KafkaAccess(
                            Files.readString(home.bootstrapFile()).strip(),
                            KafkaPki.open(home.kafkaPki()).cluster()),
                    CLUSTER,
                    Optional::empty);
            try (KeyframeStore keyframes = new KafkaKeyframeStore(stores);
                    SegmentStore segments = new KafkaSegmentStore(stores)) {
                long spacing = KeyframeWriter.Spacing.DEFAULT.after(objects);
                while (keyframes.contents().headMap(events, true).isEmpty()
                        || keyframes.contents().floorKey(events) < events - LATE * spacing
                        || segments.load("events").size() < events / SEGMENT_EVENTS) {
                    Thread.sleep(LOOK_EVERY_MILLIS);
                }
                say(
                        "%d keyframes and %d segments of the index made in %.1f s, the start included",
                        keyframes.contents().size(), segments.load("events").size(), (System.nanoTime() - start) / 1e9);
            }
        } finally {
            cluster.stop();
        }
    }

    private void warm(String name, Restarts cluster, HttpConnection connection, Question question) throws IOException {
        for (int i = 0; i < WARM; i++) {
            question.ask(connection);
        }
        Samples samples = new Samples();
        double before = cluster.use().cpuMillis();
        for (int i = 0; i < rounds; i++) {
            samples.add(question.ask(connection));
        }
        say(name, samples, cluster.use().cpuMillis() - before);
    }

    private void row(String name, Restarts cluster, Question question) throws IOException, InterruptedException {
        Samples samples = new Samples();
        double cpuMillis = 0;
        for (int i = 0; i < rounds; i++) {
            Target target = cluster.start();
            try (HttpConnection connection = target.connect()) {
                connection.get("/version");
                Restarts.dropCaches();
                double before = cluster.use().cpuMillis();
                samples.add(question.ask(connection));
                cpuMillis += cluster.use().cpuMillis() - before;
            } finally {
                cluster.stop();
            }
        }
        say(name, samples, cpuMillis);
    }

    private void say(String name, Samples samples, double cpuMillis) {
        say(
                "%-12s %6d %9.0f %9.0f %9.0f %9.0f",
                name,
                samples.count(),
                samples.millisAt(0.5),
                samples.millisAt(0.95),
                samples.millisAt(1),
                cpuMillis / rounds);
    }

    private void say(String format, Object... values) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
