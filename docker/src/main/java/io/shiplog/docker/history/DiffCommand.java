package io.shiplog.docker.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ApiResource;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Terminal;
import io.shiplog.docker.history.query.MomentConverter;
import io.shiplog.docker.history.query.MomentConverter.Moment;
import io.shiplog.docker.history.query.PastChanges;
import io.shiplog.docker.history.query.Scope;
import io.shiplog.docker.history.query.Target;
import io.shiplog.docker.history.query.Touched;
import io.shiplog.docker.history.text.Manifest;
import io.shiplog.projections.history.diff.LineDiff;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the difference between two moments. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description =
                "Show what changed between two moments, of one object or of a namespace, as a diff of YAML. Of a namespace, objects that controllers made are only counted.",
        footer = {
            "",
            "Default of --from: before the last change of the desired state; of --to: now.",
            MomentConverter.HELP,
            "",
            "Examples:",
            "  kubectl shiplog diff deployment/web",
            "  kubectl shiplog diff deployment/web --from 03:00 --to 03:30",
            "  kubectl shiplog diff -n shop --from 10m"
        },
        exitCodeOnExecutionException = 2,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no difference", "1:a difference, as in diff", "2:an error"})
public final class DiffCommand implements Callable<Integer> {
    private static final int DIFFERENT = 1;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "0..2", paramLabel = "KIND/NAME", description = "one object (default: all of the namespace)")
    private List<String> words = List.of();

    @Option(
            names = "--from",
            paramLabel = "MOMENT",
            converter = MomentConverter.class,
            description = "the state before")
    private @Nullable Moment from;

    @Option(names = "--to", paramLabel = "MOMENT", converter = MomentConverter.class, description = "the state after")
    private @Nullable Moment to;

    @Mixin
    private ShownOptions shown = new ShownOptions();

    @Option(names = "--status", description = "also the status")
    private boolean withStatus;

    @Option(names = "--all", description = "also objects that controllers made, such as the pods of a deployment")
    private boolean all;

    @Override
    public Integer call() {
        try (KubeApi api = connection.open()) {
            ApiResources resources = ApiResources.of(api);
            String diff = words.isEmpty() ? ofNamespace(api, resources) : ofObject(api, Target.one(words, resources));
            Terminal.print(diff);
            return diff.isEmpty() ? ExitCode.OK : DIFFERENT;
        }
    }

    private String ofObject(KubeApi api, Target target) {
        Scope scope = Scope.of(target, connection, api);
        return scope.askedOfObject(() -> ofObject(api, target, scope));
    }

    private String ofObject(KubeApi api, Target target, Scope scope) {
        String before = from != null ? from.text() : beforeLastWanted(api, scope, target);
        String path = target.resource().path(scope.namespace(), target.name());
        JsonNode old = object(api, before, path);
        JsonNode now = object(api, until(), path);
        if (old == null && now == null) {
            requireKnown(api, scope, target);
        }
        return diff(target.shown(), before, old, now);
    }

    private String until() {
        return to == null ? "" : to.text();
    }

    /**
     * The revision before the object's newest change by a user, or else before its newest change that is not only of the
     * status.
     */
    private String beforeLastWanted(KubeApi api, Scope scope, Target target) {
        PastChanges changes = new PastChanges(api, scope.namespace()).of(target).with("order", "newest");
        if (to != null) {
            changes.with("to", to.text());
        }
        List<JsonNode> wanted =
                changes.first(LOOK_BACK).stream().filter(DiffCommand::isWanted).toList();
        if (wanted.isEmpty()) {
            requireKnown(api, scope, target);
            throw new ClientException("%s: only its status changed; give --from".formatted(target.shown()));
        }
        JsonNode last = wanted.stream()
                .filter(change -> change.path("cause").asText("").isEmpty())
                .findFirst()
                .orElse(wanted.getFirst());
        return Long.toString(last.path("metadata").path("name").asLong() - 1);
    }

    /** An object that never existed is a typo. */
    private static void requireKnown(KubeApi api, Scope scope, Target target) {
        scope.requireKnown(api);
        if (!new PastChanges(api, scope.namespace())
                .of(target)
                .with("order", "newest")
                .any()) {
            throw new ClientException("%s was never in the log, in %s".formatted(target.shown(), scope.shown()));
        }
    }

    /** How many changes of an object are searched for a user's. */
    private static final int LOOK_BACK = 500;

    private static boolean isWanted(JsonNode change) {
        for (JsonNode field : change.path("fields")) {
            if (!field.path("path").asText().startsWith(".status")) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable JsonNode object(KubeApi api, String moment, String path) {
        if (moment.equals("0")) {
            return null; // before the first event there was nothing
        }
        try {
            return api.get(at(moment) + path);
        } catch (ClientException e) {
            if (e.notFound()) {
                return null;
            }
            throw e;
        }
    }

    private static String at(String moment) {
        return moment.isEmpty() ? "" : "/at/" + KubeApi.encoded(moment);
    }

    private String ofNamespace(KubeApi api, ApiResources resources) {
        if (from == null) {
            throw new ClientException("what changed since when? Give --from, or an object as KIND/NAME");
        }
        Scope scope = Scope.of(connection, api);
        String diff = scope.askedOfObject(() -> ofNamespace(api, resources, scope.namespace()));
        if (diff.isEmpty()) {
            scope.requireKnown(api);
        }
        return diff;
    }

    private String ofNamespace(KubeApi api, ApiResources resources, String namespace) {
        PastChanges changes = new PastChanges(api, namespace)
                .with("from", String.valueOf(from))
                .with("fields", "false");
        if (to != null) {
            changes.with("to", to.text());
        }
        Touched touched = new Touched();
        changes.each(touched::add);
        StringBuilder text = new StringBuilder();
        TreeMap<String, Integer> folded = new TreeMap<>();
        for (Touched.Type type : touched.types()) {
            ApiResource resource = resources.find(type.group(), type.plural());
            text.append(ofCollection(api, resource, namespace, touched, folded));
        }
        if (!folded.isEmpty()) {
            Terminal.note("(not shown: what controllers made, %s; --all shows it)".formatted(counts(folded)));
        }
        return text.toString();
    }

    /** {@code pod 2, replicaset 1}. */
    private static String counts(TreeMap<String, Integer> kinds) {
        return kinds.entrySet().stream()
                .map(kind -> kind.getKey() + " " + kind.getValue())
                .collect(Collectors.joining(", "));
    }

    private String ofCollection(
            KubeApi api, ApiResource resource, String namespace, Touched touched, TreeMap<String, Integer> folded) {
        String start = String.valueOf(from);
        Map<String, JsonNode> before = collection(api, start, resource, namespace);
        Map<String, JsonNode> after = collection(api, until(), resource, namespace);
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            Target target = new Target(resource, name);
            String diff = diff(target.shown(), start, before.get(name), after.get(name));
            if (diff.isEmpty()) {
                continue;
            }
            if (all || !touched.isOfControllers(resource, name, before.get(name), after.get(name))) {
                text.append(diff);
            } else {
                folded.merge(resource.kind().toLowerCase(Locale.ROOT), 1, Integer::sum);
            }
        }
        return text.toString();
    }

    private static Map<String, JsonNode> collection(
            KubeApi api, String moment, ApiResource resource, String namespace) {
        Map<String, JsonNode> objects = new LinkedHashMap<>();
        if (!moment.equals("0")) {
            for (JsonNode item : api.get(at(moment) + resource.path(namespace)).path("items")) {
                ObjectNode object = item.deepCopy();
                object.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
                objects.put(item.path("metadata").path("name").asText(), object);
            }
        }
        return objects;
    }

    private String diff(String name, String start, @Nullable JsonNode before, @Nullable JsonNode after) {
        return LineDiff.unified(
                before == null ? "/dev/null" : name + " at " + start,
                after == null ? "/dev/null" : name + (to == null ? " now" : " at " + to),
                Manifest.wanted(before, after, "before", withStatus, shown.shown()),
                Manifest.wanted(after, before, "after", withStatus, shown.shown()));
    }
}
