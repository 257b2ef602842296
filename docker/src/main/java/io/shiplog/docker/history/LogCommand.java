package io.shiplog.docker.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Terminal;
import io.shiplog.docker.history.query.Actors;
import io.shiplog.docker.history.query.MomentConverter;
import io.shiplog.docker.history.query.MomentConverter.Moment;
import io.shiplog.docker.history.query.PastChanges;
import io.shiplog.docker.history.query.Scope;
import io.shiplog.docker.history.query.Target;
import io.shiplog.docker.history.text.ChangeLine;
import io.shiplog.docker.history.text.People;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.text.ChangeText;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The history of a cluster, or of an object. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        description =
                "Show the history of a namespace: one line per event, with time, revision, user, change, object and fields.",
        footer = {
            "",
            MomentConverter.HELP,
            "",
            "Examples:",
            "  kubectl shiplog log -f -A",
            "  kubectl shiplog log deployment/web -n shop --since 03:00",
            "  kubectl shiplog log -n shop --people --since 1h",
            "  kubectl shiplog log --actor alice --verb delete"
        })
public final class LogCommand implements Callable<Integer> {
    @Mixin
    private ScopeOptions where = new ScopeOptions();

    @Parameters(
            arity = "0..2",
            paramLabel = "KIND/NAME",
            description = "of one object, or of one kind (default: all kinds)")
    private List<String> words = List.of();

    @Option(
            names = {"-f", "--follow"},
            description = "follow new events")
    private boolean follow;

    @Option(names = "--tail", paramLabel = "N", description = "only the newest N lines (default: all; 10 with -f)")
    private Optional<Integer> tail = Optional.empty();

    @Option(
            names = "--people",
            description = "changes by users, each followed by a summary of what controllers and nodes did in response")
    private boolean people;

    @Mixin
    private ShownOptions shown = new ShownOptions();

    @Option(names = "--actor", paramLabel = "USER", description = "by this user; a controller by its displayed name")
    private @Nullable String actor;

    @Option(
            names = "--verb",
            paramLabel = "VERB",
            description = "the operation: attach, bind, create, delete, evict, exec, patch, portforward, proxy, update")
    private @Nullable String verb;

    @Option(names = "--what", paramLabel = "WORD", description = "the type of change: created, scheduled, deleted …")
    private @Nullable String what;

    @Option(names = "--command", paramLabel = "ID", description = "everything that one command of a user caused")
    private @Nullable String command;

    @Option(names = "--since", paramLabel = "MOMENT", converter = MomentConverter.class, description = "not before")
    private @Nullable Moment since;

    @Option(names = "--until", paramLabel = "MOMENT", converter = MomentConverter.class, description = "not after")
    private @Nullable Moment until;

    @Option(
            names = "--shard",
            paramLabel = "SHARD",
            description = "events, leases (heartbeats) or happenings (Event objects) (default: events)")
    private String shard = "events";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "line, or json: the changes, one per line (default: line)")
    private Output output = Output.line;

    private enum Output {
        line,
        json
    }

    @Override
    public Integer call() {
        try (KubeApi api = where.open()) {
            Target target = words.isEmpty() ? null : Target.of(words, ApiResources.of(api));
            Scope scope = target == null ? where.scope(api) : where.scopeOf(target, api);
            return scope.asked(() -> log(api, target, scope));
        }
    }

    private int log(KubeApi api, @Nullable Target target, Scope scope) {
        LogFilter filter = filter(api, target, scope);
        long[] printed = {0};
        long through = tail().map(lines -> newest(api, filter, lines, change -> print(change, printed)))
                .orElseGet(() -> all(api, filter, change -> print(change, printed)));
        if (follow) {
            changes(api, filter).follow(through, change -> {
                if (!people || Users.asked(change)) {
                    print(change, printed);
                }
            });
        } else if (printed[0] == 0) {
            filter.requireKnown(api, shard);
            Terminal.note("No changes found in %s: give %s".formatted(scope.shown(), scope.others()));
        }
        return ExitCode.OK;
    }

    /** How many past lines to print; empty for all. A follow starts with a few, unless a start is given. */
    private Optional<Integer> tail() {
        return tail.isEmpty() && follow && since == null ? Optional.of(TAIL_OF_FOLLOW) : tail;
    }

    private static final int TAIL_OF_FOLLOW = 10;

    /** Prints the newest lines; returns the revision from which a watch continues. */
    private long newest(KubeApi api, LogFilter filter, int lines, Consumer<JsonNode> print) {
        PastChanges backwards = within(changes(api, filter)).with("order", "newest");
        List<JsonNode> newest = backwards.first(lines, change -> !people || Users.asked(change));
        if (newest.isEmpty()) {
            return backwards.through();
        }
        if (people) {
            String first = newest.getLast().at("/metadata/name").asText();
            return folded(within(changes(api, filter)).with("from", first), print);
        }
        newest.reversed().forEach(print);
        return backwards.through();
    }

    private long all(KubeApi api, LogFilter filter, Consumer<JsonNode> print) {
        PastChanges changes = within(changes(api, filter));
        if (people) {
            return folded(changes, print);
        }
        boolean[] first = {true};
        return changes.each(change -> {
            if (first[0]) {
                first[0] = false;
                noteGap(filter, change);
            }
            print.accept(change);
        });
    }

    private long folded(PastChanges changes, Consumer<JsonNode> print) {
        People story = new People(followed -> {
            print.accept(followed.change());
            String text = followed.text();
            if (text != null && output == Output.line) {
                Terminal.println(" ".repeat(FOLD_INDENT) + "└ " + ChangeText.line(text));
            }
        });
        long through = changes.each(story::add);
        story.end();
        return through;
    }

    private static final int FOLD_INDENT = 35;

    /** A history that does not start at the beginning says so. */
    private void noteGap(LogFilter filter, JsonNode first) {
        long revision = first.at("/metadata/name").asLong();
        if (since != null || output == Output.json) {
            return;
        }
        if (filter.isEmpty() && revision > 1) {
            Terminal.note("(events before #%d are no longer in the log)".formatted(revision));
        } else if (filter.isOneObject() && !first.path("previous").asText("0").equals("0")) {
            Terminal.note(
                    "(the history of %s is incomplete: events before #%d are no longer in the log, or cannot be read)"
                            .formatted(filter.shownTarget(), revision));
        }
    }

    private PastChanges within(PastChanges changes) {
        if (since != null) {
            changes.with("from", since.text());
        }
        if (until != null) {
            changes.with("to", until.text());
        }
        return changes;
    }

    private PastChanges changes(KubeApi api, LogFilter filter) {
        return filter.on(
                new PastChanges(api, filter.namespace()).with("shard", shard).with("gaps", "true"));
    }

    private LogFilter filter(KubeApi api, @Nullable Target target, Scope scope) {
        return new LogFilter(
                target,
                scope,
                actor == null ? null : Actors.named(actor, api, scope, shard, follow),
                LogFilter.knownVerb(verb),
                LogFilter.knownWord(what),
                command);
    }

    private void print(JsonNode change, long[] printed) {
        printed[0]++;
        Terminal.println(
                switch (output) {
                    case line -> new ChangeLine(ZoneId.systemDefault(), shown.shown()).of(change);
                    case json -> change.toString();
                });
    }
}
