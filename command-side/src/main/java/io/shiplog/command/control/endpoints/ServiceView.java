package io.shiplog.command.control.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.control.view.OwnerRef;
import io.shiplog.command.control.view.PodView;
import io.shiplog.events.object.LabelSelector;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Service as its endpoints see it.
 *
 * @param selected whether it has a selector and addresses; without a selector the user manages its endpoints
 * @param publishNotReady pods count as ready in any case
 */
record ServiceView(StoredObject stored, Read read) {
    private static final int REMEMBERED = 8192;
    private static final Memo<Read> MEMO = new Memo<>(REMEMBERED, ServiceView::readBytes);

    /** Read from a Service's bytes. */
    record Read(
            boolean selected,
            LabelSelector selector,
            boolean headless,
            boolean publishNotReady,
            Distribution distribution,
            List<Port> ports) {}

    /**
     * Which endpoints clients prefer.
     *
     * @see <a href="https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-distribution">Traffic distribution</a>
     */
    enum Distribution {
        /** All alike. */
        ANYWHERE,
        /** Those of their own zone. */
        SAME_ZONE,
        /** Those of their own node, else of their own zone. */
        SAME_NODE;

        static Distribution of(String text) {
            return switch (text) {
                case "PreferSameZone", "PreferClose" -> SAME_ZONE;
                case "PreferSameNode" -> SAME_NODE;
                default -> ANYWHERE;
            };
        }
    }

    /**
     * A port of the Service.
     *
     * @param target a number or the name of a container's port
     */
    record Port(String name, String protocol, @Nullable String appProtocol, String target) {

        /** The port number in a pod, or 0 if the pod has no port of that name. */
        int in(PodView pod) {
            if (target.matches("[0-9]{1,5}")) {
                return Integer.parseInt(target);
            }
            return pod.read().network().ports().stream()
                    .filter(port ->
                            port.name().equals(target) && port.protocol().equals(protocol))
                    .mapToInt(PodView.NamedPort::port)
                    .findFirst()
                    .orElse(0);
        }
    }

    static ServiceView of(StoredObject service) {
        return new ServiceView(service, MEMO.of(service));
    }

    String name() {
        return stored.key().name();
    }

    String namespace() {
        return stored.key().namespace();
    }

    boolean selects(Map<String, String> labels) {
        return read.selected() && read.selector().matches(labels);
    }

    OwnerRef asOwner() {
        return OwnerRef.controlledBy("v1", "Service", name(), stored.uid());
    }

    private static Read readBytes(StoredObject service) {
        JsonNode spec = service.json().tree().path("spec");
        List<Port> ports = new ArrayList<>();
        for (JsonNode port : spec.path("ports")) {
            String target = port.path("targetPort").asText();
            ports.add(new Port(
                    port.path("name").asText(),
                    port.path("protocol").asText("TCP"),
                    port.hasNonNull("appProtocol") ? port.path("appProtocol").asText() : null,
                    target.isEmpty() || target.equals("0") ? port.path("port").asText() : target));
        }
        return new Read(
                !spec.path("selector").isEmpty() && !spec.path("type").asText().equals("ExternalName"),
                LabelSelector.ofLabels(spec.path("selector")),
                spec.path("clusterIP").asText().equals("None"),
                spec.path("publishNotReadyAddresses").asBoolean(),
                Distribution.of(spec.path("trafficDistribution").asText()),
                List.copyOf(ports));
    }
}
