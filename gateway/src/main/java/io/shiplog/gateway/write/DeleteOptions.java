package io.shiplog.gateway.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.StatedType;
import io.shiplog.gateway.http.InvalidOptions;
import io.shiplog.gateway.http.Query;
import io.shiplog.gateway.outcome.Checked;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Delete options: from the body, or from the query if there is no body.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/">DeleteOptions</a>
 */
record DeleteOptions(
        Preconditions preconditions,
        @Nullable Long gracePeriodSeconds,
        @Nullable Propagation propagation,
        boolean dryRun) {
    /** What Kubernetes calls the types of options. */
    private static final String SCHEME = "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27";

    /**
     * The options of a deletion.
     *
     * @param group of the path: its clients send options under its name
     */
    static Checked<DeleteOptions> of(Json body, Query query, String group) {
        if (body.size() == 0) {
            return ofQuery(query);
        }
        try {
            JsonNode options = ClientJson.tree(body);
            String unreadable = StatedType.unreadable(options);
            if (unreadable != null) {
                return Checked.bad("couldn't get version/kind; json parse error: " + unreadable);
            }
            String kind = options.path("kind").asText("");
            String apiVersion = options.path("apiVersion").asText("");
            return (kind.isEmpty() || kind.equals("DeleteOptions")) && isOptions(apiVersion, group)
                    ? ofTree(options)
                    : Checked.bad("no kind \"%s\" is registered for version \"%s\" in scheme \"%s\""
                            .formatted(kind.isEmpty() ? "DeleteOptions" : kind, apiVersion, SCHEME));
        } catch (ClientJson.UnreadableException e) {
            return Checked.bad("couldn't get version/kind; json parse error: " + ClientJson.message(e));
        }
    }

    /** Options are of the machinery's own version, or of any version of the path's group. */
    private static boolean isOptions(String apiVersion, String group) {
        return apiVersion.isEmpty()
                || apiVersion.equals("v1")
                || apiVersion.equals("meta.k8s.io/v1")
                || !group.isEmpty() && apiVersion.startsWith(group + "/");
    }

    static Checked<DeleteOptions> ofTree(JsonNode options) {
        JsonNode grace = options.path("gracePeriodSeconds");
        if (!grace.isMissingNode() && !grace.isNull() && !grace.isIntegralNumber()) {
            return Checked.bad("gracePeriodSeconds: Invalid value: %s: must be a whole number".formatted(grace));
        }
        List<String> dryRun = new ArrayList<>();
        options.path("dryRun").forEach(each -> dryRun.add(each.asText()));
        JsonNode preconditions = options.path("preconditions");
        return of(
                new Preconditions(text(preconditions, "uid"), text(preconditions, "resourceVersion")),
                grace.isIntegralNumber() ? grace.asLong() : null,
                options.path("propagationPolicy").asText(""),
                options.hasNonNull("orphanDependents")
                        ? options.path("orphanDependents").asBoolean()
                        : null,
                dryRun);
    }

    private static Checked<DeleteOptions> ofQuery(Query query) {
        return query.number("gracePeriodSeconds")
                .then(grace -> of(
                        Preconditions.NONE,
                        grace.value(),
                        query.text("propagationPolicy"),
                        query.has("orphanDependents") ? query.flag("orphanDependents") : null,
                        query.all("dryRun")));
    }

    private static Checked<DeleteOptions> of(
            Preconditions preconditions,
            @Nullable Long grace,
            String policy,
            @Nullable Boolean orphan,
            List<String> dryRun) {
        if (orphan != null && !policy.isEmpty()) {
            return InvalidOptions.of(
                    "DeleteOptions",
                    "propagationPolicy",
                    "FieldValueInvalid",
                    "Invalid value: \"%s\": orphanDependents and deletionPropagation cannot be both set"
                            .formatted(policy));
        }
        return WriteOptions.dryRun(dryRun, "DeleteOptions").then(dry -> switch (policy) {
            case "" ->
                Checked.ok(new DeleteOptions(
                        preconditions,
                        grace,
                        orphan == null ? null : orphan ? Propagation.ORPHAN : Propagation.BACKGROUND,
                        dry));
            case "Orphan" -> Checked.ok(new DeleteOptions(preconditions, grace, Propagation.ORPHAN, dry));
            case "Background" -> Checked.ok(new DeleteOptions(preconditions, grace, Propagation.BACKGROUND, dry));
            case "Foreground" -> Checked.ok(new DeleteOptions(preconditions, grace, Propagation.FOREGROUND, dry));
            default ->
                InvalidOptions.unsupported(
                        "DeleteOptions",
                        "propagationPolicy",
                        '"' + policy + '"',
                        "\"Foreground\", \"Background\", \"Orphan\", \"nil\"");
        });
    }

    private static @Nullable String text(JsonNode tree, String field) {
        return tree.hasNonNull(field) ? tree.path(field).asText() : null;
    }
}
