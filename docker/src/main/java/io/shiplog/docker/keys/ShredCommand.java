package io.shiplog.docker.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.Confirmation;
import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.history.query.Target;
import io.shiplog.events.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the past of deleted objects unreadable by destroying their keys. */
@Command(
        name = "shred",
        mixinStandardHelpOptions = true,
        description = {
            "Destroy the keys of deleted Secrets (and of other encrypted objects): the log still shows that they existed, when and who changed them, but not their content. This cannot be undone."
        },
        footer = {
            "",
            "Examples:",
            "  kubectl shiplog shred secret/db -n shop --delete",
            "  kubectl shiplog shred secret/db -n shop --uid 3b1d7c56-0f5c-4a35-9a7e-2f0c1f6f4a11"
        })
public final class ShredCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "1..*", paramLabel = "KIND/NAME", description = "as secret/db or widget.example.com/w")
    private List<String> names = List.of();

    @Option(
            names = "--uid",
            paramLabel = "UID",
            description = "which of several deleted objects of one name (default: all of them)")
    private Optional<String> uid = Optional.empty();

    @Option(
            names = "--delete",
            description = "delete them first; nothing is deleted unless all of them can be shredded")
    private boolean delete;

    @Option(names = "--yes", description = "skip the confirmation")
    private boolean yes;

    @Override
    public Integer call() {
        try (KubeApi api = connection.open()) {
            ApiResources resources = ApiResources.of(api);
            String namespace = connection.namespace(api);
            List<Target> targets = names.stream()
                    .map(name -> Target.one(List.of(name), resources))
                    .toList();
            String question = "%s and make the past of %s unreadable forever?"
                    .formatted(delete ? "Delete" : "Destroy the keys", String.join(", ", names));
            if (!yes) {
                Confirmation.of(question);
            }
            List<ObjectNode> items =
                    targets.stream().map(each -> item(each, namespace)).toList();
            if (delete) {
                // All or nothing: nothing is deleted unless all can be deleted and shredded.
                List<String> paths = targets.stream()
                        .map(each -> each.resource().path(namespace, each.name()))
                        .toList();
                paths.forEach(path -> mustBeDeletable(api, path));
                KeyRotationRequest.check(api, "shred-check-", items);
                paths.forEach(path -> delete(api, path, Json.MAPPER.createObjectNode()));
            }
            KeyRotationRequest.send(api, "shred-", items);
            return ExitCode.OK;
        }
    }

    private static void mustBeDeletable(KubeApi api, String path) {
        ObjectNode dryRun = Json.MAPPER.createObjectNode();
        dryRun.putArray("dryRun").add("All");
        delete(api, path, dryRun);
        try {
            JsonNode finalizers = api.get(path).at("/metadata/finalizers");
            if (!finalizers.isEmpty()) {
                throw new ClientException(
                        "%s has finalizers %s: it would still exist after its deletion. Nothing was changed"
                                .formatted(path, finalizers));
            }
        } catch (ClientException e) {
            if (!e.notFound()) {
                throw e;
            }
        }
    }

    private static void delete(KubeApi api, String path, ObjectNode options) {
        try {
            api.send("DELETE", path, options);
        } catch (ClientException e) {
            if (!e.notFound()) {
                throw e;
            }
        }
    }

    /** Its form in {@code spec.shred}. */
    private ObjectNode item(Target target, String namespace) {
        ObjectNode item = Json.MAPPER
                .createObjectNode()
                .put("apiVersion", target.resource().apiVersion())
                .put("kind", target.resource().kind());
        if (target.resource().namespaced()) {
            item.put("namespace", namespace);
        }
        item.put("name", target.name());
        uid.ifPresent(one -> item.put("uid", one));
        return item;
    }
}
