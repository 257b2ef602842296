package io.shiplog.command.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

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

        @Override
        public List<String> warnings(ObjectNode endpoints) {
            return List.of("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
        }

        @Override
        public void validate(ObjectNode endpoints, FieldErrors errors) {
            EndpointValidation.endpoints(endpoints, errors);
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

        @Override
        public void validate(ObjectNode slice, FieldErrors errors) {
            EndpointValidation.slice(slice, errors);
        }

        @Override
        public void validateUpdate(ObjectNode slice, ObjectNode old, FieldErrors errors) {
            EndpointValidation.sliceUpdate(slice, old, errors);
        }
    }
}
