package io.shiplog.gateway.discovery;

import io.shiplog.gateway.http.RequestInfo;
import io.shiplog.gateway.view.ChangeKind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Virtual resources: they are created, answered and never stored. */
public enum VirtualResource {
    BINDING("", "Binding", true),
    SELF_SUBJECT_REVIEW("authentication.k8s.io", "SelfSubjectReview", false),
    TOKEN_REVIEW("authentication.k8s.io", "TokenReview", false),
    LOCAL_SUBJECT_ACCESS_REVIEW("authorization.k8s.io", "LocalSubjectAccessReview", true),
    SELF_SUBJECT_ACCESS_REVIEW("authorization.k8s.io", "SelfSubjectAccessReview", false),
    SELF_SUBJECT_RULES_REVIEW("authorization.k8s.io", "SelfSubjectRulesReview", false),
    SUBJECT_ACCESS_REVIEW("authorization.k8s.io", "SubjectAccessReview", false),
    BLAME(ChangeKind.GROUP, "Blame", true),
    CAUSE(ChangeKind.GROUP, "Cause", true),
    SCHEDULE_REVIEW(ChangeKind.GROUP, "ScheduleReview", true),
    SEARCH(ChangeKind.GROUP, "Search", true),
    UNDO(ChangeKind.GROUP, "Undo", true);

    private final String group;
    private final String kind;
    private final String singular;
    private final String plural;
    private final boolean namespaced;

    VirtualResource(String group, String kind, boolean namespaced) {
        this.group = group;
        this.kind = kind;
        this.singular = kind.toLowerCase(Locale.ROOT);
        this.plural = singular + (kind.endsWith("o") || kind.endsWith("h") ? "es" : "s");
        this.namespaced = namespaced;
    }

    String group() {
        return group;
    }

    String version() {
        return "v1";
    }

    public String kind() {
        return kind;
    }

    public String apiVersion() {
        return group.isEmpty() ? version() : group + "/" + version();
    }

    String singular() {
        return singular;
    }

    String plural() {
        return plural;
    }

    boolean namespaced() {
        return namespaced;
    }

    /**
     * Whether it is about the past. For a cluster-scoped object, or several namespaces, it is sent to the path without a
     * namespace, as lists are.
     */
    public boolean aboutThePast() {
        return group.equals(ChangeKind.GROUP);
    }

    /** Whether a request is an access review: answered and never stored. */
    public static boolean isAboutRights(RequestInfo info) {
        VirtualResource named = of(info);
        return named != null && named.group.equals("authorization.k8s.io");
    }

    /** The one named by a path, or null. */
    public static @Nullable VirtualResource of(RequestInfo info) {
        for (VirtualResource each : values()) {
            if (each.plural.equals(info.resource())
                    && each.group.equals(info.group())
                    && each.version().equals(info.version())
                    && (each.aboutThePast()
                            || each.namespaced != info.namespace().isEmpty())) {
                return each;
            }
        }
        return null;
    }
}
