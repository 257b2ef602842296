package io.shiplog.command.kind.storage;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** CSIDrivers: what the cluster must know of a driver of the Container Storage Interface. */
public final class CsiDriverKind implements Kind {
    private static final List<String> GROUP_POLICIES = List.of("File", "None", "ReadWriteOnceWithFSType");
    private static final List<String> LIFECYCLE_MODES = List.of("Persistent", "Ephemeral");
    private static final int SHORTEST_TOKEN_SECONDS = 10 * 60;
    private static final long LONGEST_TOKEN_SECONDS = 1L << 32;
    private static final int SHORTEST_PERIOD_SECONDS = 10;
    private static final String TOKENS = "tokenRequests";
    private static final String TOKEN_IN_SECRETS = "serviceAccountTokenInSecrets";

    /** Needs a feature that is off in Kubernetes. */
    private static final String PREVENTS_SCHEDULING = "preventPodSchedulingIfMissing";

    private static final String TOKEN_WARNING =
            "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible"
                    + " logging of tokens in volume attributes";

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            flag(
                    "AttachRequired",
                    "attachRequired indicates this CSI volume driver requires an attach operation.",
                    "attachRequired",
                    true),
            flag(
                    "PodInfoOnMount",
                    "podInfoOnMount indicates this CSI volume driver requires additional pod information during mount"
                            + " operations.",
                    "podInfoOnMount",
                    false),
            flag(
                    "StorageCapacity",
                    "storageCapacity indicates that the CSI volume driver wants pod scheduling to consider the storage"
                            + " capacity that the driver deployment will report.",
                    "storageCapacity",
                    false),
            text(
                    "TokenRequests",
                    "tokenRequests indicates the CSI driver needs pods' service account tokens it is mounting volume for to do"
                            + " necessary authentication.",
                    (driver, now) -> audiences(Trees.at(driver, "spec", TOKENS))),
            flag(
                    "RequiresRepublish",
                    "requiresRepublish indicates the CSI driver wants `NodePublishVolume` being periodically called to reflect"
                            + " any possible change in the mounted volume.",
                    "requiresRepublish",
                    false),
            text(
                    "Modes",
                    "volumeLifecycleModes defines what kind of volumes this CSI volume driver supports.",
                    (driver, now) -> modes(Trees.at(driver, "spec", "volumeLifecycleModes"))),
            MetaColumns.AGE);

    private static Column flag(String name, String description, String field, boolean absent) {
        return new Column(
                name,
                "boolean",
                "",
                description,
                0,
                (driver, now) -> Trees.at(driver, "spec", field).asBoolean(absent));
    }

    private static String audiences(JsonNode requests) {
        return requests.isArray()
                ? String.join(
                        ",",
                        requests.valueStream()
                                .map(request -> text(request, "audience"))
                                .toList())
                : MetaColumns.UNSET;
    }

    private static String modes(JsonNode modes) {
        return modes.isEmpty() ? MetaColumns.NONE : String.join(",", Trees.texts(modes));
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft(StorageKinds.GROUP, "v1", "CSIDriver", "csidrivers", Scope.CLUSTER)
                .columns(COLUMNS)
                .done();
    }

    /** Kubernetes gives none to a new driver, and counts from one with its first change. */
    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public void setDefaults(ObjectNode driver) {
        ObjectNode spec = Trees.object(driver, "spec");
        Trees.defaultBoolean(spec, "attachRequired", true);
        Trees.defaultBoolean(spec, "podInfoOnMount", false);
        Trees.defaultBoolean(spec, "storageCapacity", false);
        if (!spec.has("fsGroupPolicy")) {
            spec.put("fsGroupPolicy", "ReadWriteOnceWithFSType");
        }
        if (spec.path("volumeLifecycleModes").isEmpty()) {
            spec.putArray("volumeLifecycleModes").add("Persistent");
        }
        Trees.defaultBoolean(spec, "requiresRepublish", false);
        Trees.defaultBoolean(spec, "seLinuxMount", false);
        for (ObjectNode request : Trees.objects(spec, TOKENS)) {
            if (!request.has("audience")) {
                request.put("audience", "");
            }
        }
    }

    @Override
    public void prepareForCreate(ObjectNode driver, DecidedState state) {
        Trees.object(driver, "spec").remove(PREVENTS_SCHEDULING);
    }

    @Override
    public void prepareForUpdate(ObjectNode driver, ObjectNode old, DecidedState state) {
        Trees.object(driver, "spec").remove(PREVENTS_SCHEDULING);
        if (!driver.path("spec").equals(old.path("spec"))) {
            Trees.object(driver, "metadata")
                    .put("generation", Trees.at(old, "metadata", "generation").asInt() + 1);
        }
    }

    @Override
    public void validate(ObjectNode driver, FieldErrors errors) {
        JsonNode spec = driver.path("spec");
        String policy = text(spec, "fsGroupPolicy");
        if (!GROUP_POLICIES.contains(policy)) {
            errors.notSupported("spec.fsGroupPolicy", policy, GROUP_POLICIES);
        }
        tokens(spec.path(TOKENS), errors);
        for (JsonNode mode : spec.path("volumeLifecycleModes")) {
            if (!LIFECYCLE_MODES.contains(mode.asText())) {
                errors.notSupported("spec.volumeLifecycleModes", mode.asText(), LIFECYCLE_MODES);
            }
        }
        JsonNode period = spec.path("nodeAllocatableUpdatePeriodSeconds");
        if (period.isNumber() && period.asLong() < SHORTEST_PERIOD_SECONDS) {
            errors.invalid(
                    "spec.nodeAllocatableUpdatePeriodSeconds", period, "must be greater than or equal to 10 seconds");
        }
        if (spec.has(TOKEN_IN_SECRETS) && spec.path(TOKENS).isEmpty()) {
            errors.invalid(
                    "spec." + TOKEN_IN_SECRETS,
                    spec.path(TOKEN_IN_SECRETS),
                    "serviceAccountTokenInSecrets is set but no tokenRequests are specified");
        }
    }

    private static void tokens(JsonNode requests, FieldErrors errors) {
        Set<String> audiences = new HashSet<>();
        int index = 0;
        for (JsonNode request : requests) {
            String at = "spec.tokenRequests[" + index++ + "]";
            String audience = text(request, "audience");
            if (!audiences.add(audience)) {
                errors.duplicate(at + ".audience", audience);
                continue;
            }
            JsonNode seconds = request.path("expirationSeconds");
            if (seconds.isNumber() && seconds.asLong() < SHORTEST_TOKEN_SECONDS) {
                errors.invalid(at + ".expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
            }
            if (seconds.isNumber() && seconds.asLong() > LONGEST_TOKEN_SECONDS) {
                errors.invalid(
                        at + ".expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode driver, ObjectNode old, FieldErrors errors) {
        JsonNode spec = driver.path("spec");
        JsonNode before = old.path("spec");
        Checks.immutable(spec.path("attachRequired"), before.path("attachRequired"), "spec.attachedRequired", errors);
        Checks.immutable(
                spec.path("volumeLifecycleModes"),
                before.path("volumeLifecycleModes"),
                "spec.volumeLifecycleModes",
                errors);
    }

    @Override
    public List<String> warnings(ObjectNode driver) {
        JsonNode spec = driver.path("spec");
        return spec.path(TOKENS).isEmpty() || spec.has(TOKEN_IN_SECRETS) ? List.of() : List.of(TOKEN_WARNING);
    }

    @Override
    public List<String> warningsOfUpdate(ObjectNode driver, ObjectNode old) {
        boolean changed = !Checks.same(Trees.at(driver, "spec", TOKENS), Trees.at(old, "spec", TOKENS));
        return changed ? warnings(driver) : List.of();
    }
}
