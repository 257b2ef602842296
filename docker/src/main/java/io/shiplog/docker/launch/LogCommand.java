package io.shiplog.docker.launch;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.story.EventFilter;
import io.shiplog.docker.story.EventLine;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.kafka.KafkaLogConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The event stream for people, straight from the log. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        description =
                "Tell the story of the cluster: every event, one line each: when, which revision, who, what, which object.",
        footer = {
            "",
            "Examples:",
            "  ./shiplog log -f",
            "  ./shiplog log --kind pod -n default --since 10m",
            "  ./shiplog log --name web-1 --actor scheduler"
        })
public final class LogCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home = new HomeOption();

    @Option(
            names = {"-f", "--follow"},
            description = "go on with what happens from now")
    private boolean follow;

    @Option(names = "--tail", paramLabel = "N", description = "only the newest N lines of what there is")
    private Optional<Integer> tail = Optional.empty();

    @Option(names = "--kind", description = "of one kind: pod, deployments …")
    private @Nullable String kind;

    @Option(
            names = {"-n", "--namespace"},
            description = "in one namespace")
    private @Nullable String namespace;

    @Option(names = "--name", description = "of objects with this name")
    private @Nullable String name;

    @Option(names = "--actor", description = "by users whose name contains this")
    private @Nullable String actor;

    @Option(names = "--what", description = "what happened (created, scheduled …) or what was asked (create, patch …)")
    private @Nullable String happened;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = MomentConverter.class,
            description = "not before: 2026-11-22T03:12:00Z, or a time back from now: 90s, 10m, 3h, 2d")
    private @Nullable Instant since;

    @Option(names = "--until", paramLabel = "TIME", converter = MomentConverter.class, description = "not after")
    private @Nullable Instant until;

    @Option(
            names = "--shard",
            description = "events, leases (heartbeats) or happenings (Event objects) (default: events)")
    private String shard = "events";

    @Option(
            names = {"-o", "--output"},
            description = "line, or json: the objects as they were after each event, one a line (default: line)")
    private Output output = Output.line;

    private enum Output {
        line,
        json
    }

    /** {@code 10m} back from now, or a moment. */
    static final class MomentConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                if (text.matches("[0-9]+[smhd]")) {
                    String iso = text.endsWith("d") ? "P" + text : "PT" + text;
                    return Instant.now().minus(Duration.parse(iso.toUpperCase(Locale.ROOT)));
                }
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "'%s' is no time: 2026-11-22T03:12:00Z, or 90s, 10m, 3h, 2d back from now".formatted(text));
            }
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ShiplogHome folder = home.home();
        Optional<ClusterSettings> settings = ClusterSettings.read(folder);
        if (settings.isEmpty() || !Files.exists(folder.bootstrapFile())) {
            System.err.println("shiplog: no cluster is running in " + folder.folder() + "; './shiplog up' starts one.");
            return ExitCode.SOFTWARE;
        }
        String bootstrap = Files.readString(folder.bootstrapFile()).strip();
        KafkaLogConfig config =
                KafkaLogConfig.singleBroker(bootstrap, settings.get().cluster(), Optional::empty);
        try (Shards shards = Shards.open(config, Clock.systemUTC())) {
            EventLog log = shards.logs().get(shard);
            if (log == null) {
                System.err.printf(
                        "shiplog: there is no shard '%s'; there are %s.%n",
                        shard, shards.logs().keySet());
                return ExitCode.USAGE;
            }
            tell(log);
        }
        return ExitCode.OK;
    }

    private void tell(EventLog log) throws InterruptedException {
        EventFilter filter = new EventFilter(kind, namespace, name, actor, happened, since, until);
        EventLine line = new EventLine(ZoneId.systemDefault());
        PrintStream out = System.out;
        Deque<Event> newest = new ArrayDeque<>();
        long end = log.end().toCompletableFuture().join();
        long read = log.read(
                log.oldest() - 1,
                end,
                batch -> show(batch, filter, event -> {
                    if (tail.isEmpty()) {
                        print(out, line, event);
                    } else {
                        newest.addLast(event);
                        if (newest.size() > tail.get()) {
                            newest.removeFirst();
                        }
                    }
                }));
        newest.forEach(event -> print(out, line, event));
        out.flush();
        if (follow) {
            try (var ignored = log.tail(read, batch -> {
                show(batch, filter, event -> print(out, line, event));
                out.flush();
            })) {
                new CountDownLatch(1).await();
            }
        }
    }

    private static void show(List<Event> batch, EventFilter filter, java.util.function.Consumer<Event> each) {
        batch.stream().filter(filter).forEach(each);
    }

    private void print(PrintStream out, EventLine line, Event event) {
        switch (output) {
            case line -> out.println(line.of(event));
            case json -> out.println(event.object());
        }
    }
}
