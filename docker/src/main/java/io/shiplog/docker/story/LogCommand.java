package io.shiplog.docker.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.story.MomentConverter.Moment;
import io.shiplog.projections.history.Point;
import java.io.PrintStream;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The story of a cluster, or of an object. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        description =
                "Tell the story: every event, one line each: when, which revision, who, what, which object, which fields.",
        footer = {
            "",
            "A moment is " + Point.FORMS + ".",
            "",
            "Examples:",
            "  kubectl shiplog log -f",
            "  kubectl shiplog log deployment/web -n shop --since 03:00",
            "  kubectl shiplog log --actor alice --verb delete"
        })
public final class LogCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(
            arity = "0..2",
            paramLabel = "KIND/NAME",
            description = "of one object, or of one kind (default: everything)")
    private List<String> words = List.of();

    @Option(
            names = {"-f", "--follow"},
            description = "go on with what happens from now")
    private boolean follow;

    @Option(names = "--tail", paramLabel = "N", description = "only the newest N lines of what there is")
    private Optional<Integer> tail = Optional.empty();

    @Option(
            names = "--actor",
            paramLabel = "USER",
            description = "by this user; a controller by the name that is shown")
    private @Nullable String actor;

    @Option(names = "--verb", paramLabel = "VERB", description = "what was asked: create, update, patch, delete, bind")
    private @Nullable String verb;

    @Option(names = "--what", paramLabel = "WORD", description = "what happened: created, scheduled, deleted …")
    private @Nullable String what;

    @Option(names = "--command", paramLabel = "ID", description = "all that one command of a user led to")
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
            description = "line, or json: the changes themselves, one a line (default: line)")
    private Output output = Output.line;

    private enum Output {
        line,
        json
    }

    @Override
    public Integer call() {
        try (KubeApi api = connection.open()) {
            PastChanges changes = asked(api).with("shard", shard);
            if (since != null) {
                changes.with("from", since.text());
            }
            if (until != null) {
                changes.with("to", until.text());
            }
            PrintStream out = System.out;
            long through;
            if (tail.isPresent()) {
                List<JsonNode> newest = changes.with("order", "newest").first(tail.get());
                newest.reversed().forEach(change -> print(out, change));
                through = newest.isEmpty()
                        ? 0
                        : newest.getFirst().path("metadata").path("name").asLong();
            } else {
                through = changes.each(change -> print(out, change));
            }
            out.flush();
            if (follow) {
                asked(api).with("shard", shard).follow(through, change -> {
                    print(out, change);
                    out.flush();
                });
            }
            return ExitCode.OK;
        }
    }

    private PastChanges asked(KubeApi api) {
        Target target = words.isEmpty() ? null : Target.of(words, ApiResources.of(api));
        PastChanges changes = new PastChanges(api, namespace(api, target));
        if (target != null) {
            changes.of(target);
        }
        if (actor != null) {
            changes.where("actor", Actors.named(actor, api, shard));
        }
        if (verb != null) {
            changes.where("verb", verb);
        }
        if (what != null) {
            changes.where("type", what);
        }
        if (command != null) {
            changes.where("correlation", command);
        }
        return changes;
    }

    /** One object is looked for where kubectl would; a story without one is the whole cluster's unless a namespace is named. */
    private String namespace(KubeApi api, @Nullable Target target) {
        if (target != null && !target.resource().namespaced()) {
            return "";
        }
        return target != null && !target.name().isEmpty()
                ? connection.namespace(api)
                : connection.namespace().orElse("");
    }

    private void print(PrintStream out, JsonNode change) {
        switch (output) {
            case line -> out.println(new ChangeLine(ZoneId.systemDefault()).of(change));
            case json -> out.println(change);
        }
    }
}
