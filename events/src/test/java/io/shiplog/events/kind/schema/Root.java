package io.shiplog.events.kind.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * A kind whose schema the API serves; what it refers to follows by itself.
 *
 * @param model the client's class
 */
record Root(String group, String version, String kind, Class<?> model) {
    /** Kinds that are never listed: bodies of subresources and of questions. */
    private static final List<String> NEVER_LISTED = List.of(
            "Binding",
            "Eviction",
            "Scale",
            "TokenRequest",
            "TokenReview",
            "SelfSubjectReview",
            "SubjectAccessReview",
            "LocalSubjectAccessReview",
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "DeleteOptions",
            "Status");

    static final List<Root> ALL = all();

    private static List<Root> all() {
        List<Root> all = new ArrayList<>();
        for (SchemaNames.ApiPackage each : SchemaNames.packages()) {
            for (String type : each.types()) {
                boolean stored = each.types().contains(type + "List");
                if (stored) {
                    all.add(root(each, type));
                    all.add(root(each, type + "List"));
                } else if (isNeverListed(each, type)) {
                    all.add(root(each, type));
                }
            }
        }
        return all;
    }

    /** {@code storage.k8s.io} has a TokenRequest that is a part, not a kind. */
    private static boolean isNeverListed(SchemaNames.ApiPackage of, String type) {
        return NEVER_LISTED.contains(type) && !of.shortName().equals("storage");
    }

    private static Root root(SchemaNames.ApiPackage of, String type) {
        return new Root(of.group().equals("*") ? "" : of.group(), of.version(), type, of.model(type));
    }
}
