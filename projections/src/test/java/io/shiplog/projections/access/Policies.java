package io.shiplog.projections.access;

import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.Origin;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import java.time.Instant;
import java.util.List;

/** An image that a test fills with RBAC objects. */
final class Policies {
    private final ImageEvolution evolution = new ImageEvolution(KindCatalogue.EMPTY);
    private Image image = evolution.first();

    /** A cluster with the default policy. */
    static Policies byDefault() {
        Policies policies = new Policies();
        BootstrapPolicy.objects().forEach(item -> policies.put(item.key(), item.body()));
        return policies;
    }

    Image image() {
        return image;
    }

    Policies clusterRole(String name, String rules) {
        return put(
                ObjectKey.clusterScoped(RbacIndex.CLUSTER_ROLES, name),
                Json.of("{\"metadata\":{\"name\":\"%s\"},\"rules\":%s}".formatted(name, quoted(rules))));
    }

    Policies role(String namespace, String name, String rules) {
        return put(
                ObjectKey.of(RbacIndex.ROLES, namespace, name),
                Json.of("{\"metadata\":{\"name\":\"%s\"},\"rules\":%s}".formatted(name, quoted(rules))));
    }

    Policies object(ResourceType type, String namespace, String name, String json) {
        return put(ObjectKey.of(type, namespace, name), Json.of(quoted(json)));
    }

    /** @param subject {@code User x}, {@code Group x} or {@code ServiceAccount x} (of the namespace {@code shop}) */
    Policies bindCluster(String name, String role, String subject) {
        return put(
                ObjectKey.clusterScoped(RbacIndex.CLUSTER_ROLE_BINDINGS, name), binding("ClusterRole", role, subject));
    }

    Policies bind(String namespace, String name, String roleKind, String role, String subject) {
        return put(ObjectKey.of(RbacIndex.ROLE_BINDINGS, namespace, name), binding(roleKind, role, subject));
    }

    Policies remove(ObjectKey key) {
        return change(key, Json.of("{}"), "deleted");
    }

    private static Json binding(String roleKind, String role, String subject) {
        String[] parts = subject.split(" ");
        return Json.of(quoted("{'roleRef':{'kind':'%s','name':'%s'},'subjects':[{'kind':'%s','name':'%s'%s}]}"
                .formatted(
                        roleKind,
                        role,
                        parts[0],
                        parts[1],
                        parts[0].equals("ServiceAccount") ? ",'namespace':'shop'" : "")));
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private Policies put(ObjectKey key, Json object) {
        return change(key, object, "created");
    }

    private Policies change(ObjectKey key, Json object, String happened) {
        long revision = image.revision("events") + 1;
        Event event = new Event(
                "events",
                1,
                new EventHead(
                        revision,
                        null,
                        key,
                        EventType.of("", "role", happened),
                        "",
                        null,
                        Instant.EPOCH,
                        new Origin("tester", null, "create", "c" + revision, null, "c" + revision)),
                object,
                "");
        image = evolution.evolve(image, "events", List.of(event)).image();
        return this;
    }
}
