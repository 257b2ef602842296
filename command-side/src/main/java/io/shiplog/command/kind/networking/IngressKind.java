package io.shiplog.command.kind.networking;

import static io.shiplog.events.kind.MetaColumns.text;
import static io.shiplog.events.kind.MetaColumns.textOr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Ingresses: rules for HTTP requests from outside, for a controller that the cluster's owner installs. */
final class IngressKind implements Kind {
    private static final int MAX_HOSTS = 3;
    /** Characters of the addresses' column. kubectl asks for the same table in both widths. */
    private static final int ADDRESS_WIDTH = 16;

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Class",
                    "The name of the IngressClass resource that should be used for additional configuration",
                    (ingress, now) -> textOr(Trees.at(ingress, "spec", "ingressClassName"), MetaColumns.NONE)),
            text(
                    "Hosts",
                    "Hosts that incoming requests are matched against before the ingress rule",
                    (ingress, now) -> hosts(Trees.at(ingress, "spec", "rules"))),
            text(
                    "Address",
                    "Address is a list containing ingress points for the load-balancer",
                    (ingress, now) -> addresses(Trees.at(ingress, "status", "loadBalancer", "ingress"))),
            text(
                    "Ports",
                    "Ports of TLS configurations that open",
                    (ingress, now) -> Trees.at(ingress, "spec", "tls").isEmpty() ? "80" : "80, 443"),
            MetaColumns.AGE);

    private static String hosts(JsonNode rules) {
        List<String> hosts = new ArrayList<>();
        boolean more = false;
        for (JsonNode rule : rules) {
            more |= hosts.size() == MAX_HOSTS;
            String host = Trees.text(rule, "host");
            if (!more && !host.isEmpty()) {
                hosts.add(host);
            }
        }
        String shown = String.join(",", hosts);
        return hosts.isEmpty() ? "*" : more ? "%s + %d more...".formatted(shown, rules.size() - MAX_HOSTS) : shown;
    }

    private static String addresses(JsonNode points) {
        Set<String> all = new TreeSet<>();
        for (JsonNode point : points) {
            String ip = Trees.text(point, "ip");
            String name = ip.isEmpty() ? Trees.text(point, "hostname") : ip;
            if (!name.isEmpty()) {
                all.add(name);
            }
        }
        String shown = String.join(",", all);
        return shown.length() > ADDRESS_WIDTH ? shown.substring(0, ADDRESS_WIDTH - 3) + "..." : shown;
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("networking.k8s.io", "v1", "Ingress", "ingresses", Scope.NAMESPACED)
                .columns(COLUMNS)
                .shortNames("ing")
                .subresources("status")
                .done();
    }

    @Override
    public Set<String> statusMetadata() {
        return CLIENTS_METADATA;
    }

    @Override
    public void prepareForCreate(ObjectNode ingress, DecidedState state) {
        ingress.putObject("status").putObject("loadBalancer");
    }

    @Override
    public void validate(ObjectNode ingress, FieldErrors errors) {
        IngressValidation.spec(ingress.path("spec"), errors);
    }

    @Override
    public void validateCreate(ObjectNode ingress, FieldErrors errors) {
        IngressValidation.classAnnotation(ingress, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode ingress, ObjectNode old, FieldErrors errors) {
        IngressValidation.status(ingress.path("status"), errors);
    }

    @Override
    public List<String> warnings(ObjectNode ingress) {
        boolean old = Trees.at(ingress, "metadata", "annotations").has(IngressValidation.CLASS_ANNOTATION)
                && !ingress.path("spec").hasNonNull("ingressClassName");
        return old
                ? List.of("annotation \"%s\" is deprecated, please use 'spec.ingressClassName' instead"
                        .formatted(IngressValidation.CLASS_ANNOTATION))
                : List.of();
    }
}
