package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ApiResource;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Terminal;
import io.shiplog.docker.compose.Conversion.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A project's objects in a namespace: found by its label, applied by the field manager {@code shiplog-compose}. */
final class ProjectOnCluster {
    private static final String MANAGER = "shiplog-compose";
    private static final Duration END = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(300);
    private static final String CLAIM = "PersistentVolumeClaim";

    /** All kinds that a conversion has, in the order of deletion: what runs goes first. */
    private static final List<String> KINDS =
            List.of("Deployment", "DaemonSet", "Job", "Service", "NetworkPolicy", "ConfigMap", "Secret", CLAIM);

    private final KubeApi api;
    private final String namespace;
    private final String project;
    private final Map<String, ApiResource> resources = new LinkedHashMap<>();
    private final Set<String> ready = new LinkedHashSet<>();

    ProjectOnCluster(KubeApi api, ApiResources served, String namespace, String project) {
        this.api = api;
        this.namespace = namespace;
        this.project = project;
        KINDS.forEach(kind -> resources.put(kind, served.find(kind)));
    }

    /**
     * Applies all objects, each workload after those that it depends on, and waits for all of them.
     *
     * @throws ClientException if an object is refused, or a service is not ready in time
     */
    void up(Conversion conversion, Duration timeout, boolean removeOrphans) {
        conversion.shared().forEach(this::apply);
        Map<String, Workload> byService = new HashMap<>();
        conversion.workloads().forEach(each -> byService.put(each.service(), each));
        for (Workload workload : conversion.workloads()) {
            workload.dependsOn().forEach((service, condition) -> {
                Workload other = byService.get(service);
                if (other != null && !condition.equals("service_started")) {
                    await(other, timeout);
                }
            });
            apply(workload.object());
        }
        orphans(conversion, removeOrphans);
        conversion.workloads().forEach(each -> await(each, timeout));
        addresses();
    }

    /** Deletes all objects of the project, and waits until its pods have ended. */
    void down(boolean volumes) {
        boolean found = false;
        for (String kind : KINDS) {
            if (kind.equals(CLAIM) && volumes) {
                awaitEnd();
            }
            for (JsonNode each : of(kind)) {
                found = true;
                String name = name(each);
                if (kind.equals(CLAIM) && !volumes) {
                    Terminal.note("%s stays: --volumes deletes it with its data".formatted(shown(kind, name)));
                } else {
                    delete(kind, name);
                }
            }
        }
        awaitEnd();
        if (!found) {
            Terminal.note("There is nothing of the project %s in the namespace %s".formatted(project, namespace));
        }
    }

    private static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    private ApiResource resource(String kind) {
        ApiResource resource = resources.get(kind);
        if (resource == null) {
            throw new IllegalStateException("no kind of a project: " + kind);
        }
        return resource;
    }

    private String shown(String kind, String name) {
        return resource(kind).named(name);
    }

    private String path(String kind) {
        return resource(kind).path(namespace);
    }

    private JsonNode of(String kind) {
        return api.get(path(kind) + "?labelSelector=" + KubeApi.encoded(Conversion.PROJECT + "=" + project))
                .path("items");
    }

    private void apply(ObjectNode object) {
        String kind = object.path("kind").asText();
        String name = name(object);
        refuseForeign(kind, name);
        String path = resource(kind).path(namespace, name) + "?force=true&fieldManager=" + MANAGER;
        try {
            api.apply(path, object);
        } catch (ClientException e) {
            if (!kind.equals("Job") || !e.invalid()) {
                throw e;
            }
            // The template of a Job cannot be changed: it is run again.
            delete(kind, name);
            awaitGone(kind, name);
            api.apply(path, object);
        }
        Terminal.note("%s applied".formatted(shown(kind, name)));
    }

    /** An object that is not this project's is not overwritten. */
    private void refuseForeign(String kind, String name) {
        try {
            JsonNode there = api.get(resource(kind).path(namespace, name));
            String owner = there.path("metadata")
                    .path("labels")
                    .path(Conversion.PROJECT)
                    .asText("");
            if (!owner.equals(project)) {
                throw new ClientException("%s is there already and belongs to %s: choose another namespace with -n"
                        .formatted(shown(kind, name), owner.isEmpty() ? "no project" : "the project " + owner));
            }
        } catch (ClientException e) {
            if (!e.notFound()) {
                throw e;
            }
        }
    }

    private void delete(String kind, String name) {
        try {
            // In the body: the query counts only without one, and pods of a Job stay by default.
            api.send(
                    "DELETE",
                    resource(kind).path(namespace, name),
                    Converter.JSON.objectNode().put("propagationPolicy", "Background"));
            Terminal.note("%s deleted".formatted(shown(kind, name)));
        } catch (ClientException e) {
            if (!e.notFound()) {
                throw e;
            }
        }
    }

    private void orphans(Conversion conversion, boolean remove) {
        Set<String> wanted = new LinkedHashSet<>();
        conversion.objects().forEach(each -> wanted.add(each.path("kind").asText() + "/" + name(each)));
        List<String> orphans = new ArrayList<>();
        for (String kind : KINDS) {
            for (JsonNode each : of(kind)) {
                String name = name(each);
                if (!kind.equals(CLAIM) && !wanted.contains(kind + "/" + name)) {
                    if (remove) {
                        delete(kind, name);
                    } else {
                        orphans.add(shown(kind, name));
                    }
                }
            }
        }
        if (!orphans.isEmpty()) {
            Terminal.note("warning: no longer in the project: %s; --remove-orphans deletes them"
                    .formatted(String.join(", ", orphans)));
        }
    }

    private void await(Workload workload, Duration timeout) {
        String kind = workload.object().path("kind").asText();
        String name = name(workload.object());
        if (!ready.add(kind + "/" + name)) {
            return;
        }
        String[] last = {""};
        boolean done = api.await(
                        path(kind),
                        name,
                        object -> {
                            String failed = Progress.failure(object);
                            if (!failed.isEmpty()) {
                                throw new ClientException("%s failed: %s".formatted(shown(kind, name), failed));
                            }
                            String now = Progress.text(kind, object);
                            if (!now.equals(last[0])) {
                                last[0] = now;
                                Terminal.note("%s: %s".formatted(shown(kind, name), now));
                            }
                            return Progress.isReady(kind, object);
                        },
                        timeout)
                .isPresent();
        if (!done) {
            throw new ClientException("%s is not ready after %d s: %s"
                    .formatted(shown(kind, name), timeout.toSeconds(), Progress.reasons(podsOf(name))));
        }
    }

    private JsonNode podsOf(String service) {
        return api.get("/api/v1/namespaces/%s/pods?labelSelector=%s"
                        .formatted(
                                KubeApi.encoded(namespace),
                                KubeApi.encoded(
                                        Conversion.PROJECT + "=" + project + "," + Conversion.SERVICE + "=" + service)))
                .path("items");
    }

    private void addresses() {
        for (JsonNode service : of("Service")) {
            String address = service.at("/status/loadBalancer/ingress/0/ip").asText("");
            for (JsonNode port : service.at("/spec/ports")) {
                if (!address.isEmpty()) {
                    Terminal.note("%s is published at %s:%d"
                            .formatted(
                                    service.at("/metadata/labels/" + Conversion.SERVICE.replace("/", "~1"))
                                            .asText(),
                                    address,
                                    port.path("port").asInt()));
                }
            }
        }
    }

    private void awaitGone(String kind, String name) {
        Instant end = Instant.now().plus(END);
        while (true) {
            try {
                api.get(resource(kind).path(namespace, name));
            } catch (ClientException e) {
                if (e.notFound()) {
                    return;
                }
                throw e;
            }
            pause(end, shown(kind, name));
        }
    }

    private void awaitEnd() {
        Instant end = Instant.now().plus(END);
        String path = "/api/v1/namespaces/%s/pods?labelSelector=%s"
                .formatted(KubeApi.encoded(namespace), KubeApi.encoded(Conversion.PROJECT + "=" + project));
        while (!api.get(path).path("items").isEmpty()) {
            pause(end, "a pod of the project");
        }
    }

    private static void pause(Instant end, String what) {
        if (Instant.now().isAfter(end)) {
            throw new ClientException("%s is still there after %d s".formatted(what, END.toSeconds()));
        }
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException("interrupted");
        }
    }
}
