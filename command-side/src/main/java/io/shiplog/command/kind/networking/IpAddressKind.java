package io.shiplog.command.kind.networking;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;
import java.util.Locale;

/** IPAddresses: an address, which is the object's name, and the object that holds it. */
final class IpAddressKind implements Kind {
    private static final String NOT_AN_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.text(
                    "ParentRef",
                    "ParentRef references the resource that an IPAddress is attached to. An IPAddress must reference a parent"
                            + " object.",
                    (address, now) -> parent(Trees.at(address, "spec", "parentRef"))),
            MetaColumns.AGE);

    private static String parent(JsonNode parent) {
        if (!parent.isObject()) {
            return MetaColumns.NONE;
        }
        String group = text(parent, "group");
        String namespace = text(parent, "namespace");
        return (text(parent, "resource") + (group.isEmpty() ? "" : "." + group)).toLowerCase(Locale.ROOT)
                + (namespace.isEmpty() ? "" : "/" + namespace)
                + "/"
                + text(parent, "name");
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("networking.k8s.io", "v1", "IPAddress", "ipaddresses", Scope.CLUSTER)
                .columns(COLUMNS)
                .shortNames("ip")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public List<String> nameErrors(String name) {
        if (!Checks.isIp(name)) {
            return List.of(NOT_AN_IP);
        }
        String canonical = Cidr.canonical(name);
        return canonical.equals(name) ? List.of() : List.of("must be in canonical form (\"" + canonical + "\")");
    }

    @Override
    public void validate(ObjectNode address, FieldErrors errors) {
        JsonNode parent = Trees.at(address, "spec", "parentRef");
        String path = "spec.parentRef";
        if (!parent.isObject()) {
            errors.required(path, "");
            return;
        }
        String group = text(parent, "group");
        if (!group.isEmpty()) {
            Checks.each(Names.subdomain(group), path + ".group", group, errors);
        }
        IngressValidation.requiredSegment(parent, "resource", path, errors);
        IngressValidation.requiredSegment(parent, "name", path, errors);
        String namespace = text(parent, "namespace");
        Checks.each(Names.pathSegment(namespace), path + ".namespace", namespace, errors);
    }

    @Override
    public void validateUpdate(ObjectNode address, ObjectNode old, FieldErrors errors) {
        JsonNode now = Trees.at(address, "spec", "parentRef");
        if (!Checks.same(now, Trees.at(old, "spec", "parentRef"))) {
            errors.invalid("spec.parentRef", now.isMissingNode() ? NullNode.getInstance() : now, Checks.IMMUTABLE);
        }
    }
}
