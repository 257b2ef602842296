package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.objects;
import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.core.quota.LimitRanges;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the API server's admission plugins do to a new pod: LimitRanger, ServiceAccount, Priority, DefaultTolerationSeconds,
 * RuntimeClass, PodSecurity.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/">Admission control</a>
 */
public final class PodAdmission {
    private static final String TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String TOKEN_VOLUME = "kube-api-access-";

    /** An hour and seven seconds, by which Kubernetes recognises tokens that it mounted itself. */
    private static final int TOKEN_EXPIRATION_SECONDS = 3607;

    private static final int FILE_MODE = 420;

    /** How long a pod stays on a lost node. */
    private static final int TOLERATION_SECONDS = 300;

    private static final List<String> TOLERATED =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

    /** The alphabet of generated names: no vowels, so no words. */
    private static final String NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX_LENGTH = 5;

    private PodAdmission() {}

    static void apply(ObjectNode pod, DecidedState state) {
        ObjectNode spec = Trees.object(pod, "spec");
        LimitRanges.setDefaults(pod, state);
        Trees.defaultText(spec, "serviceAccountName", "default");
        spec.put("serviceAccount", text(spec, "serviceAccountName"));
        StoredObject account = account(pod, state);
        if (account != null) {
            applyAccount(pod, spec, account.json().tree(), state);
        }
        PodPriority.apply(spec, state);
        tolerateSilentNodes(spec);
        PodRuntime.apply(spec, state);
    }

    /**
     * What a user who sends a pod back without it keeps: the priority, the preemption policy, and the tolerations of a silent
     * node.
     *
     * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaulttolerationseconds">
     *     DefaultTolerationSeconds</a>
     */
    static void applyToUpdate(ObjectNode pod, ObjectNode old) {
        ObjectNode spec = Trees.object(pod, "spec");
        for (String kept : List.of("priority", "preemptionPolicy")) {
            JsonNode before = old.path("spec").path(kept);
            if (!spec.hasNonNull(kept) && !before.isMissingNode()) {
                spec.set(kept, before);
            }
        }
        tolerateSilentNodes(spec);
    }

    /**
     * Refuses a pod whose ServiceAccount, runtime class or priority class does not exist, or whose priority differs from its
     * class.
     */
    static @Nullable Refusal admit(ObjectNode pod, DecidedState state) {
        ObjectKey key = ObjectKey.of(ResourceType.core("pods"), Trees.namespace(pod), Trees.name(pod));
        JsonNode spec = pod.path("spec");
        if (account(pod, state) == null) {
            String name = text(spec, "serviceAccountName");
            return Refusal.forbidden(
                    key,
                    "error looking up service account %s/%s: serviceaccount \"%s\" not found"
                            .formatted(key.namespace(), name, name));
        }
        String why = PodPriority.whyNot(spec, state);
        if (why.isEmpty()) {
            why = PodRuntime.whyNot(spec, state);
        }
        return why.isEmpty() ? null : Refusal.forbidden(key, why);
    }

    /**
     * Refuses a pod that its namespace does not take. A changed pod is bounded when its resources change, and judged when its images, its
     * ephemeral containers or its security do.
     *
     * @param old null for a new pod
     */
    static @Nullable Refusal admitValid(ObjectNode pod, @Nullable ObjectNode old, DecidedState state) {
        ObjectKey key = ObjectKey.of(ResourceType.core("pods"), Trees.namespace(pod), Trees.name(pod));
        if (old != null) {
            Refusal beyond = PodResize.changes(pod, old) ? resized(pod, key, state) : null;
            return beyond == null && PodSecurity.matters(pod, old) ? PodSecurity.admit(pod, key, state) : beyond;
        }
        Refusal refusal = LimitRanges.admitPod(pod, key, state);
        if (refusal == null) {
            refusal = PodSecurity.admit(pod, key, state);
        }
        String why = refusal == null ? PodRuntime.wrongOverhead(pod.path("spec"), state) : "";
        return why.isEmpty() ? refusal : Refusal.forbidden(key, why);
    }

    /** A resize is done by the pod's node, which must exist. */
    private static @Nullable Refusal resized(ObjectNode pod, ObjectKey key, DecidedState state) {
        String node = text(pod, "spec", "nodeName");
        return node.isEmpty() || state.get(ObjectKey.clusterScoped(ResourceType.core("nodes"), node)) != null
                ? LimitRanges.admitPod(pod, key, state)
                : Refusal.forbidden(key, "node \"%s\" not found".formatted(node));
    }

    private static @Nullable StoredObject account(ObjectNode pod, DecidedState state) {
        return state.get(ObjectKey.of(
                ResourceType.core("serviceaccounts"), Trees.namespace(pod), text(pod, "spec", "serviceAccountName")));
    }

    private static void applyAccount(ObjectNode pod, ObjectNode spec, JsonNode account, DecidedState state) {
        if (spec.path("imagePullSecrets").isEmpty()
                && !account.path("imagePullSecrets").isEmpty()) {
            spec.set("imagePullSecrets", account.path("imagePullSecrets"));
        }
        boolean automount = spec.has("automountServiceAccountToken")
                ? spec.path("automountServiceAccountToken").asBoolean()
                : account.path("automountServiceAccountToken").asBoolean(true);
        if (automount) {
            mountToken(spec, TOKEN_VOLUME + suffix(Trees.namespace(pod) + "/" + Trees.name(pod) + state.now()));
        }
    }

    private static void mountToken(ObjectNode spec, String volume) {
        String name = objects(spec, "volumes").stream()
                .map(v -> text(v, "name"))
                .filter(v -> v.startsWith(TOKEN_VOLUME))
                .findFirst()
                .orElse(volume);
        boolean mounted = false;
        for (ObjectNode container : objects(spec, "initContainers", "containers")) {
            boolean already = objects(container, "volumeMounts").stream()
                    .anyMatch(m -> text(m, "mountPath").equals(TOKEN_PATH));
            if (!already) {
                Trees.array(container, "volumeMounts")
                        .addObject()
                        .put("name", name)
                        .put("readOnly", true)
                        .put("mountPath", TOKEN_PATH);
                mounted = true;
            }
        }
        if (mounted && name.equals(volume)) {
            Trees.array(spec, "volumes").add(tokenVolume(volume));
        }
    }

    private static ObjectNode tokenVolume(String name) {
        ObjectNode volume = JsonNodeFactory.instance.objectNode().put("name", name);
        ObjectNode projected = volume.putObject("projected");
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", TOKEN_EXPIRATION_SECONDS)
                .put("path", "token");
        ObjectNode rootCa = sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
        rootCa.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        ObjectNode namespace =
                sources.addObject().putObject("downwardAPI").putArray("items").addObject();
        namespace
                .put("path", "namespace")
                .putObject("fieldRef")
                .put("apiVersion", "v1")
                .put("fieldPath", "metadata.namespace");
        projected.put("defaultMode", FILE_MODE);
        return volume;
    }

    /** Five letters that depend on the decision's object and time: decisions have no other source of randomness. */
    private static String suffix(String seed) {
        long bits = seed.hashCode() * 0x9E3779B97F4A7C15L >>> 1;
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            suffix.append(NAME_ALPHABET.charAt((int) (bits % NAME_ALPHABET.length())));
            bits /= NAME_ALPHABET.length();
        }
        return suffix.toString();
    }

    private static void tolerateSilentNodes(ObjectNode spec) {
        for (String taint : TOLERATED) {
            boolean tolerated = objects(spec, "tolerations").stream()
                    .anyMatch(t ->
                            Trees.oneOf(text(t, "key"), taint, "") && Trees.oneOf(text(t, "effect"), "NoExecute", ""));
            if (!tolerated) {
                Trees.array(spec, "tolerations")
                        .addObject()
                        .put("key", taint)
                        .put("operator", "Exists")
                        .put("effect", "NoExecute")
                        .put("tolerationSeconds", TOLERATION_SECONDS);
            }
        }
    }
}
