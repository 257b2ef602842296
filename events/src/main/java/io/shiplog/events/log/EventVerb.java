package io.shiplog.events.log;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The operations that make events: the {@code ce_verb} of a record. Those of the API are named as in Kubernetes' RBAC and audit; a
 * server-side apply is a patch there. A published word never changes its meaning; new ones are added, so a reader of old or newer logs
 * finds words that are not here.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb">Request verbs</a>
 */
public enum EventVerb {
    CREATE("an object was created"),
    UPDATE("an object, or a subresource of it, was replaced"),
    PATCH("an object, or a subresource of it, was patched"),
    APPLY("a configuration was applied: server-side apply"),
    DELETE("an object was deleted, or its deletion was requested"),
    BIND("a pod was given its node"),
    EVICT(
            "a pod was deleted through its `eviction`, or by the cluster itself: the reason is in its condition `DisruptionTarget`"),
    EXEC("a command was run in a container"),
    ATTACH("a user was attached to a container"),
    PORTFORWARD("a connection was made to ports of a pod"),
    PROXY("requests were sent to a pod through the API"),
    TOKEN("a token of a ServiceAccount was handed out");

    private final String meaning;

    EventVerb(String meaning) {
        this.meaning = meaning;
    }

    /** As in records: {@code create}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the operation does to its object, for documentation. */
    public String meaning() {
        return meaning;
    }

    /** Whether a record's word is this one. */
    public boolean is(String word) {
        return word().equals(word);
    }

    /** The verb of a stream to a pod, by the subresource that opens it; null for another subresource. */
    public static @Nullable EventVerb ofStream(String subresource) {
        return switch (subresource) {
            case "exec" -> EXEC;
            case "attach" -> ATTACH;
            case "portforward" -> PORTFORWARD;
            case "proxy" -> PROXY;
            default -> null;
        };
    }

    /** All words, in alphabetical order. */
    public static List<String> words() {
        return Arrays.stream(values()).map(EventVerb::word).sorted().toList();
    }
}
