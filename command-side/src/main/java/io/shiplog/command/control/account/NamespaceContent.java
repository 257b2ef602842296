package io.shiplog.command.control.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Creates the objects that each namespace must have. The key is the namespace's. */
public final class NamespaceContent implements Controller {
    private final String name;
    private final ResourceType type;
    private final String objectName;
    private final ObjectNode body;

    private NamespaceContent(String name, ResourceType type, String objectName, ObjectNode body) {
        this.name = name;
        this.type = type;
        this.objectName = objectName;
        this.body = body;
    }

    /** The ServiceAccount {@code default}. */
    public static Controller serviceAccounts() {
        ObjectNode account = object("ServiceAccount", "default");
        return new NamespaceContent("service-account-controller", Types.SERVICE_ACCOUNTS, "default", account);
    }

    /**
     * The ConfigMap {@code kube-root-ca.crt}, by which pods trust the API server.
     *
     * @param caPem the CA's certificate
     */
    public static Controller rootCa(String caPem) {
        ObjectNode map = object("ConfigMap", "kube-root-ca.crt");
        map.withObject("/metadata")
                .putObject("annotations")
                .put(
                        "kubernetes.io/description",
                        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints"
                                + " such as the internal service IP or kubernetes.default.svc."
                                + " No other usage is guaranteed across distributions of Kubernetes clusters.");
        map.putObject("data").put("ca.crt", caPem);
        return new NamespaceContent("root-ca-cert-publisher", Types.CONFIG_MAPS, "kube-root-ca.crt", map);
    }

    private static ObjectNode object(String kind, String name) {
        ObjectNode object =
                Json.MAPPER.createObjectNode().put("apiVersion", "v1").put("kind", kind);
        object.putObject("metadata").put("name", name);
        return object;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return image.list(Types.NAMESPACES).stream().map(StoredObject::key).toList();
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        ObjectKey key = change.after().key();
        if (key.type().equals(Types.NAMESPACES)) {
            replan.accept(key);
        } else if (key.type().equals(type) && key.name().equals(objectName)) {
            replan.accept(ObjectKey.clusterScoped(Types.NAMESPACES, key.namespace()));
        }
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        StoredObject namespace = image.get(key);
        if (namespace == null || namespace.deleting()) {
            return Plan.NOTHING;
        }
        @Nullable StoredObject there = image.get(ObjectKey.of(type, key.name(), objectName));
        if (there == null) {
            ObjectNode made = body.deepCopy();
            made.withObject("/metadata").put("namespace", key.name());
            return Plan.of(Step.of(Edits.create(type, key.name(), made)));
        }
        if (body.has("data") && !there.json().tree().path("data").equals(body.get("data"))) {
            ObjectNode patch = Json.MAPPER.createObjectNode();
            patch.set("data", body.get("data"));
            return Plan.of(Step.of(Edits.patch(there, patch)));
        }
        return Plan.NOTHING;
    }
}
