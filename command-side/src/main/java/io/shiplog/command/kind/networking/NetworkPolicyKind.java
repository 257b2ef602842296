package io.shiplog.command.kind.networking;

import static io.shiplog.command.kind.tree.Trees.objects;
import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.LabelSelectors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.ArrayList;
import java.util.List;

/** NetworkPolicies: which connections pods accept and open. */
final class NetworkPolicyKind implements Kind {
    private static final List<String> PROTOCOLS = List.of("TCP", "UDP", "SCTP");
    private static final List<String> TYPES = List.of("Ingress", "Egress");

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.text(
                    "Pod-Selector",
                    "podSelector selects the pods to which this NetworkPolicy object applies. The array of rules is applied to"
                            + " any pods selected by this field.",
                    (policy, now) -> LabelSelectors.textOrNone(Trees.at(policy, "spec", "podSelector"))),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", Scope.NAMESPACED)
                .columns(COLUMNS)
                .shortNames("netpol")
                .done();
    }

    @Override
    public void setDefaults(ObjectNode policy) {
        ObjectNode spec = Trees.object(policy, "spec");
        if (!spec.has("podSelector")) {
            spec.putObject("podSelector");
        }
        for (ObjectNode rule : objects(spec, "ingress", "egress")) {
            objects(rule, "ports").forEach(port -> {
                if (!port.hasNonNull("protocol")) {
                    port.put("protocol", "TCP");
                }
            });
        }
        if (spec.path("policyTypes").isEmpty()) {
            ArrayNode types = spec.putArray("policyTypes").add("Ingress");
            if (!spec.path("egress").isEmpty()) {
                types.add("Egress");
            }
        }
    }

    @Override
    public void validate(ObjectNode policy, FieldErrors errors) {
        JsonNode spec = policy.path("spec");
        Checks.labelSelector(spec.path("podSelector"), "spec.podSelector", errors);
        rules(spec, "ingress", "from", errors);
        rules(spec, "egress", "to", errors);
        JsonNode types = spec.path("policyTypes");
        if (types.size() > TYPES.size()) {
            errors.invalid("spec.policyTypes", types, "may not specify more than two policyTypes");
            return;
        }
        for (int i = 0; i < types.size(); i++) {
            String type = types.path(i).asText();
            if (!TYPES.contains(type)) {
                errors.notSupported("spec.policyTypes[" + i + "]", type, TYPES);
            }
        }
    }

    private static void rules(JsonNode spec, String direction, String peers, FieldErrors errors) {
        int index = 0;
        for (JsonNode rule : spec.path(direction)) {
            String path = "spec." + direction + "[" + index++ + "]";
            for (int i = 0; i < rule.path("ports").size(); i++) {
                port(rule.path("ports").path(i), path + ".ports[" + i + "]", errors);
            }
            for (int i = 0; i < rule.path(peers).size(); i++) {
                peer(rule.path(peers).path(i), path + "." + peers + "[" + i + "]", errors);
            }
        }
    }

    private static void port(JsonNode port, String path, FieldErrors errors) {
        String protocol = text(port, "protocol");
        if (port.has("protocol") && !PROTOCOLS.contains(protocol)) {
            errors.notSupported(path + ".protocol", protocol, PROTOCOLS);
        }
        JsonNode first = port.path("port");
        JsonNode last = port.path("endPort");
        if (first.isNumber()) {
            Checks.each(Names.port(first.asLong()), path + ".port", first, errors);
            if (last.isNumber()) {
                if (last.asLong() < first.asLong()) {
                    errors.invalid(path + ".endPort", first, "must be greater than or equal to `port`");
                }
                Checks.each(Names.port(last.asLong()), path + ".endPort", last, errors);
            }
        } else if (last.isNumber()) {
            errors.invalid(
                    path + ".endPort",
                    last,
                    first.isTextual()
                            ? "may not be specified when `port` is non-numeric"
                            : "may not be specified when `port` is not specified");
        }
        if (first.isTextual()) {
            Checks.each(Names.portName(first.asText()), path + ".port", first.asText(), errors);
        }
    }

    private static void peer(JsonNode peer, String path, FieldErrors errors) {
        int peers = 0;
        for (String selector : List.of("podSelector", "namespaceSelector")) {
            if (peer.path(selector).isObject()) {
                peers++;
                Checks.labelSelector(peer.path(selector), path + "." + selector, errors);
            }
        }
        boolean block = peer.path("ipBlock").isObject();
        if (block) {
            block(peer.path("ipBlock"), path + ".ipBlock", errors);
        } else if (peers == 0) {
            errors.required(path, "must specify a peer");
        }
        if (block && peers > 0) {
            errors.forbidden(path, "may not specify both ipBlock and another peer");
        }
    }

    private static void block(JsonNode block, String path, FieldErrors errors) {
        String text = text(block, "cidr");
        if (text.isEmpty()) {
            errors.required(path + ".cidr", "");
            return;
        }
        Checks.cidr(text, path + ".cidr", errors);
        Cidr cidr = Cidr.parse(text);
        int index = 0;
        for (JsonNode each : block.path("except")) {
            String at = path + ".except[" + index++ + "]";
            Cidr except = Cidr.parse(each.asText());
            if (cidr == null) {
                return;
            }
            if (except == null) {
                Checks.cidr(each.asText(), at, errors);
            } else if (!cidr.hasWithin(except)) {
                errors.invalid(at, each.asText(), "must be a strict subset of `cidr`");
            }
        }
    }

    @Override
    public List<String> warnings(ObjectNode policy) {
        List<String> warnings = new ArrayList<>(0);
        blocks(policy.path("spec"), "ingress", "from", warnings);
        blocks(policy.path("spec"), "egress", "to", warnings);
        return warnings;
    }

    private static void blocks(JsonNode spec, String direction, String peers, List<String> warnings) {
        int rule = 0;
        for (JsonNode each : spec.path(direction)) {
            int index = 0;
            for (JsonNode peer : each.path(peers)) {
                String path = "spec.%s[%d].%s[%d].ipBlock".formatted(direction, rule, peers, index++);
                JsonNode block = peer.path("ipBlock");
                warnings.addAll(Cidr.warnings(path + ".cidr", text(block, "cidr")));
                for (int i = 0; i < block.path("except").size(); i++) {
                    warnings.addAll(Cidr.warnings(
                            path + ".except[" + i + "]",
                            block.path("except").path(i).asText()));
                }
            }
            rule++;
        }
    }
}
