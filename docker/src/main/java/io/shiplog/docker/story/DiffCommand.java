package io.shiplog.docker.story;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ApiResource;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.story.MomentConverter.Moment;
import io.shiplog.projections.history.LineDiff;
import io.shiplog.projections.history.Point;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
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
        description = "Show what changed between two moments, of one object or of a namespace, as a diff of YAML.",
        footer = {
            "",
            "Default of --from: before the last change of the desired state; of --to: now.",
            "A moment is " + Point.FORMS + ".",
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
        String namespace = target.resource().namespaced() ? connection.namespace(api) : "";
        String before = from != null ? from.text() : beforeLastWanted(api, namespace, target);
        String path = target.resource().path(namespace, target.name());
        return diff(target.shown(), before, object(api, before, path), object(api, until(), path));
    }

    private String until() {
        return to == null ? "" : to.text();
    }

    /**
     * The revision before the object's newest change by a user, or else before its newest change that is not only of the
     * status.
     */
    private String beforeLastWanted(KubeApi api, String namespace, Target target) {
        PastChanges changes = new PastChanges(api, namespace).of(target).with("order", "newest");
        if (to != null) {
            changes.with("to", to.text());
        }
        List<JsonNode> wanted =
                changes.first(LOOK_BACK).stream().filter(DiffCommand::isWanted).toList();
        JsonNode last = wanted.stream()
                .filter(change -> change.path("cause").asText("").isEmpty())
                .findFirst()
                .or(() -> wanted.stream().findFirst())
                .orElseThrow(
                        () -> new ClientException("%s: nothing in the log; give --from".formatted(target.shown())));
        return Long.toString(last.path("metadata").path("name").asLong() - 1);
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
        String namespace = connection.namespace(api);
        PastChanges changes =
                new PastChanges(api, namespace).with("from", from.text()).with("fields", "false");
        if (to != null) {
            changes.with("to", to.text());
        }
        TreeMap<String, ApiResource> touched = new TreeMap<>();
        changes.each(change -> {
            JsonNode object = change.path("object");
            ApiResource resource = resources.find(
                    object.path("group").asText(), object.path("resource").asText());
            touched.put(resource.qualified(), resource);
        });
        StringBuilder text = new StringBuilder();
        touched.values().forEach(resource -> text.append(ofCollection(api, resource, namespace)));
        return text.toString();
    }

    private String ofCollection(KubeApi api, ApiResource resource, String namespace) {
        String start = String.valueOf(from);
        Map<String, JsonNode> before = collection(api, start, resource, namespace);
        Map<String, JsonNode> after = collection(api, until(), resource, namespace);
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append(diff(new Target(resource, name).shown(), start, before.get(name), after.get(name)));
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
