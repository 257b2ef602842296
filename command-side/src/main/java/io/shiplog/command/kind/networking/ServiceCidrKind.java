package io.shiplog.command.kind.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/** ServiceCIDRs: ranges of addresses for Services. */
final class ServiceCidrKind implements Kind {
    private static final String PATH = "spec.cidrs";

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.text(
                    "CIDRs",
                    "CIDRs defines the IP blocks in CIDR notation (e.g. \"192.168.0.0/24\" or \"2001:db8::/64\") from which to"
                            + " assign service cluster IPs. Max of two CIDRs is allowed, one of each IP family. This field is"
                            + " immutable.",
                    (range, now) -> String.join(",", Trees.texts(Trees.at(range, "spec", "cidrs")))),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft("networking.k8s.io", "v1", "ServiceCIDR", "servicecidrs", Scope.CLUSTER)
                .columns(COLUMNS)
                .subresources("status")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public void prepareForCreate(ObjectNode range, DecidedState state) {
        range.putObject("status");
    }

    @Override
    public void validateCreate(ObjectNode range, FieldErrors errors) {
        ranges(range.path("spec"), errors);
    }

    private static void ranges(JsonNode spec, FieldErrors errors) {
        JsonNode ranges = spec.path("cidrs");
        if (ranges.isEmpty()) {
            errors.required(PATH, "at least one CIDR required");
            return;
        }
        if (ranges.size() > 2) {
            errors.invalid(PATH, spec, "may only hold up to 2 values");
            return;
        }
        for (int i = 0; i < ranges.size(); i++) {
            range(ranges.path(i).asText(), PATH + "[" + i + "]", errors);
        }
        Cidr first = Cidr.parse(ranges.path(0).asText());
        Cidr second = Cidr.parse(ranges.path(1).asText());
        if (first != null && second != null && first.isIpv4() == second.isIpv4()) {
            errors.invalid(
                    PATH,
                    ranges,
                    "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
        }
    }

    private static void range(String text, String path, FieldErrors errors) {
        Checks.cidr(text, path, errors);
        Cidr range = Cidr.parse(text);
        if (range != null && !range.canonical().equals(text)) {
            String canonical = range.canonical();
            errors.invalid(path, text, "must be in canonical form (\"" + canonical + "\")");
        }
    }

    /** A range of the other family may be added; nothing else changes. */
    @Override
    public void validateUpdate(ObjectNode range, ObjectNode old, FieldErrors errors) {
        JsonNode now = Trees.at(range, "spec", "cidrs");
        JsonNode before = Trees.at(old, "spec", "cidrs");
        boolean added = before.size() == 1 && now.size() == 2;
        if (!added && now.size() != before.size()) {
            errors.invalid(PATH, now.isMissingNode() ? NullNode.getInstance() : now, Checks.IMMUTABLE);
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            if (!now.path(i).equals(before.path(i))) {
                errors.invalid(PATH + "[" + i + "]", now.path(i).asText(), Checks.IMMUTABLE);
            }
        }
        if (added) {
            ranges(range.path("spec"), errors);
        }
    }
}
