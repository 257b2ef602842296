package io.shiplog.docker.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.Confirmation;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Terminal;
import io.shiplog.docker.history.query.MomentConverter;
import io.shiplog.docker.history.query.MomentConverter.Moment;
import io.shiplog.docker.history.query.PastChanges;
import io.shiplog.docker.history.query.Review;
import io.shiplog.docker.history.query.Scope;
import io.shiplog.docker.history.query.Target;
import io.shiplog.docker.history.text.UndoText;
import io.shiplog.events.json.Json;
import io.shiplog.projections.history.Point;
import io.shiplog.projections.history.Users;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reverts changes. */
@Command(
        name = "undo",
        mixinStandardHelpOptions = true,
        description = {
            "Revert what users did, by new commands: the log is not changed. Shows the commands and asks for confirmation.",
            "With a revision or a range: what users did there, and what was lost through it. With an object: the last change by a user. With --before or --to, an object or a namespace returns to its earlier state. Deleted objects are recreated, with the same name and a new uid. What the cluster does by itself follows.",
            "If another user changed the same values since, nothing is done, and the user is named. A refused command stops only those that depend on it; each is listed."
        },
        footer = {
            "",
            MomentConverter.HELP,
            "",
            "Examples:",
            "  kubectl shiplog undo '#1234'",
            "  kubectl shiplog undo 1200..1234 -n shop --dry-run",
            "  kubectl shiplog undo deployment/web",
            "  kubectl shiplog undo namespace shop --before '#1234'",
            "  kubectl shiplog undo deployment/web --to 03:12 --yes"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done, or nothing to do", "1:a conflict, a refused command, or not confirmed"})
public final class UndoCommand implements Callable<Integer> {
    private static final Pattern RANGE = Pattern.compile("#?(\\d{1,18})\\.\\.#?(\\d{1,18})");

    @Mixin
    private ScopeOptions where = new ScopeOptions();

    @Parameters(arity = "1..2", paramLabel = "REVISION[..REVISION]|KIND/NAME", description = "what to revert")
    private List<String> words = List.of();

    @Option(
            names = "--to",
            paramLabel = "MOMENT",
            converter = MomentConverter.class,
            description = "the moment to go back to")
    private @Nullable Moment to;

    @Option(
            names = "--before",
            paramLabel = "REVISION",
            description = "back to the state before this event: the same as --to the revision before it")
    private @Nullable String before;

    @Option(names = "--dry-run", description = "show the commands, send none")
    private boolean dryRun;

    @Mixin
    private ShownOptions shown = new ShownOptions();

    @Option(
            names = {"-y", "--yes"},
            description = "skip the confirmation")
    private boolean yes;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "text, or json for the API's own answer (default: text)")
    private Output output = Output.text;

    private enum Output {
        text,
        json
    }

    /** The request and where it goes. */
    private record Wanted(Review review, Scope scope) {
        JsonNode ask(KubeApi api, boolean dryRun) {
            return scope.asked(() -> review.ask(api, scope.namespace(), dryRun));
        }
    }

    @Override
    public Integer call() {
        try (KubeApi api = where.open()) {
            Wanted wanted = wanted(api);
            JsonNode preview = wanted.ask(api, true);
            JsonNode plan = preview.path("status");
            boolean blocked = !plan.path("conflicts").isEmpty();
            if (output == Output.text) {
                Terminal.print(UndoText.of(plan, shown.shown()));
            } else if (dryRun || blocked) {
                Terminal.println(preview.toPrettyString());
            }
            if (blocked) {
                throw new ClientException("nothing was undone: see the conflicts above");
            }
            if (plan.path("commands").isEmpty()) {
                wanted.scope().requireKnown(api);
                return ExitCode.OK;
            }
            if (dryRun) {
                return ExitCode.OK;
            }
            if (!yes) {
                int commands = plan.path("commands").size();
                Confirmation.of(commands == 1 ? "Send it?" : "Send these " + commands + " commands?");
            }
            JsonNode done = wanted.ask(api, false);
            Terminal.println(
                    output == Output.json ? done.toPrettyString() : UndoText.done(done.path("status"), wanted.scope()));
            int refused = UndoText.refused(done.path("status"));
            if (refused > 0) {
                throw new ClientException("%d of %d commands %s refused: run the undo again when the reason is gone"
                        .formatted(
                                refused, done.path("status").path("commands").size(), refused == 1 ? "was" : "were"));
            }
            return ExitCode.OK;
        }
    }

    private Wanted wanted(KubeApi api) {
        String first = words.getFirst();
        Matcher range = RANGE.matcher(first);
        if (words.size() == 1 && (range.matches() || Point.isRevision(first))) {
            if (to != null || before != null) {
                throw new ClientException(
                        "--to and --before are for objects and namespaces; a range is written %s..LAST"
                                .formatted(first.replace("#", "")));
            }
            return range.matches()
                    ? events(range.group(1), range.group(2), where.scope(api))
                    : events(first, first, where.scopeOfEvent(api, first.replace("#", "")));
        }
        String moment = moment();
        Target target = Target.one(words, ApiResources.of(api));
        ObjectNode spec = Json.MAPPER.createObjectNode();
        if (target.resource().qualified().equals("namespaces")) {
            if (moment == null) {
                throw new ClientException("back to when? Give --before a revision, or --to a moment");
            }
            spec.put("namespace", target.name()).put("to", moment);
            return new Wanted(undo(spec), new Scope(target.name(), true));
        }
        Scope scope = where.scopeOf(target, api);
        if (moment == null) {
            String last = lastOfUser(api, scope, target);
            return events(last, last, scope);
        }
        spec.set("object", Review.reference(target, scope.namespace()));
        spec.put("to", moment);
        return new Wanted(undo(spec), scope);
    }

    private static Wanted events(String first, String last, Scope scope) {
        ObjectNode spec = Json.MAPPER.createObjectNode();
        spec.put("from", first.replace("#", "")).put("to", last.replace("#", ""));
        return new Wanted(undo(spec), scope);
    }

    /** The moment to go back to; null if none was given. */
    private @Nullable String moment() {
        if (before == null) {
            return to == null ? null : to.text();
        }
        if (to != null) {
            throw new ClientException("give --before or --to, not both");
        }
        if (!Point.isRevision(before)) {
            throw new ClientException("--before takes a revision, as in #1234; --to takes any moment");
        }
        return Long.toString(Long.parseLong(before.replace("#", "")) - 1);
    }

    /** The revision of an object's newest change by a user. */
    private static String lastOfUser(KubeApi api, Scope scope, Target target) {
        List<JsonNode> newest = scope.asked(() -> new PastChanges(api, scope.namespace())
                .of(target)
                .with("order", "newest")
                .with("fields", "false")
                .first(1, Users::asked));
        if (newest.isEmpty()) {
            scope.requireKnown(api);
            throw new ClientException(
                    "%s: no user ever changed it in the log, in %s".formatted(target.shown(), scope.shown()));
        }
        return newest.getFirst().at("/metadata/name").asText();
    }

    private static Review undo(ObjectNode spec) {
        return new Review("Undo", "undoes", spec);
    }
}
