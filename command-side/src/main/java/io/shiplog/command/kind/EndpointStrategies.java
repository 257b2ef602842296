package io.shiplog.command.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Endpoints and EndpointSlices. */
final class EndpointStrategies {
    private EndpointStrategies() {}

    static final class OfEndpoints implements KindStrategy {
        @Override
        public void setDefaults(ObjectNode endpoints) {
            for (ObjectNode subset : Trees.objects(endpoints, "subsets")) {
                for (ObjectNode port : Trees.objects(subset, "ports")) {
                    Trees.defaultText(port, "protocol", "TCP");
                }
            }
        }
    }

    static final class OfEndpointSlice implements KindStrategy {
        @Override
        public void setDefaults(ObjectNode slice) {
            for (ObjectNode port : Trees.objects(slice, "ports")) {
                if (!port.has("name")) {
                    port.put("name", "");
                }
                Trees.defaultText(port, "protocol", "TCP");
            }
        }
    }
}
