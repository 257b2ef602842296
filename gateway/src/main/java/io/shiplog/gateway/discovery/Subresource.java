package io.shiplog.gateway.discovery;

import io.shiplog.events.kind.KindDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The subresources that can be served, each with its kind and verbs.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">API concepts</a>
 */
public enum Subresource {
    STATUS("status", null, "", "", List.of("get", "patch", "update")),
    APPROVAL("approval", null, "", "", List.of("get", "patch", "update")),
    SCALE("scale", "Scale", "autoscaling", "v1", List.of("get", "patch", "update")),
    BINDING("binding", "Binding", "", "v1", List.of("create")),
    EVICTION("eviction", "Eviction", "policy", "v1", List.of("create")),
    TOKEN("token", "TokenRequest", "authentication.k8s.io", "v1", List.of("create")),
    EPHEMERALCONTAINERS("ephemeralcontainers", null, "", "", List.of("get", "patch", "update")),
    RESIZE("resize", null, "", "", List.of("get", "patch", "update")),
    FINALIZE("finalize", null, "", "", List.of("update")),
    LOG("log", null, "", "", List.of("get")),
    EXEC("exec", "PodExecOptions", "", "v1", List.of("create", "get")),
    ATTACH("attach", "PodAttachOptions", "", "v1", List.of("create", "get")),
    PORTFORWARD("portforward", "PodPortForwardOptions", "", "v1", List.of("create", "get")),
    /** Its kind names the resource, as {@code PodProxyOptions}. */
    PROXY("proxy", "ProxyOptions", "", "v1", List.of("create", "delete", "get", "patch", "update"));

    private final String word;
    private final @Nullable String kind;
    private final String group;
    private final String version;
    private final List<String> verbs;

    Subresource(String word, @Nullable String kind, String group, String version, List<String> verbs) {
        this.word = word;
        this.kind = kind;
        this.group = group;
        this.version = version;
        this.verbs = verbs;
    }

    /** The path segment. */
    public String word() {
        return word;
    }

    public List<String> verbs() {
        return verbs;
    }

    /** The kind of its bodies: its own, or the resource's. */
    Answers answers(KindDescription parent, String parentVersion) {
        return kind == null
                ? new Answers(parent.group(), parentVersion, parent.kind())
                : new Answers(group, version, this == PROXY ? parent.kind() + kind : kind);
    }

    record Answers(String group, String version, String kind) {}

    /** Null if the kind has no such subresource, or it is not served. */
    public static @Nullable Subresource of(KindDescription kind, String word) {
        for (Subresource each : values()) {
            if (each.word.equals(word) && kind.has(word)) {
                return each;
            }
        }
        return null;
    }
}
