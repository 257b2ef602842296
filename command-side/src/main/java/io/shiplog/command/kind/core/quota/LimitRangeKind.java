package io.shiplog.command.kind.core.quota;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.check.ResourceNames;
import io.shiplog.command.kind.tree.ResourceLists;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.ResourceType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** LimitRanges: bounds and defaults of each pod, container and claim of a namespace. */
public final class LimitRangeKind implements Kind {
    public static final ResourceType TYPE = ResourceType.core("limitranges");

    private static final List<String> TYPES = List.of("Pod", "Container", "PersistentVolumeClaim");
    private static final List<String> LISTS =
            List.of("max", "min", "default", "defaultRequest", "maxLimitRequestRatio");
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            new Column(
                    "Created At",
                    "date",
                    "",
                    MetaColumns.AGE.description(),
                    0,
                    (range, now) -> text(range, "metadata", "creationTimestamp")));

    @Override
    public boolean namesItself() {
        return true;
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "LimitRange", TYPE.resource(), Scope.NAMESPACED)
                .columns(COLUMNS)
                .shortNames("limits")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public void setDefaults(ObjectNode range) {
        Trees.object(range, "spec");
        for (ObjectNode item : Trees.objects(range.path("spec"), "limits")) {
            LISTS.forEach(list -> ResourceLists.round(item.path(list)));
            if (text(item, "type").equals("Container")) {
                fill(item, "default", "max");
                fill(item, "defaultRequest", "default");
                fill(item, "defaultRequest", "min");
            }
        }
    }

    private static void fill(ObjectNode item, String list, String from) {
        item.path(from).properties().forEach(amount -> {
            ObjectNode filled = Trees.object(item, list);
            if (!filled.has(amount.getKey())) {
                filled.set(amount.getKey(), amount.getValue());
            }
        });
    }

    @Override
    public void validate(ObjectNode range, FieldErrors errors) {
        Set<String> types = new HashSet<>();
        int index = 0;
        for (ObjectNode item : Trees.objects(range.path("spec"), "limits")) {
            String at = "spec.limits[" + index++ + "]";
            String type = text(item, "type");
            type(type, at + ".type", errors);
            if (!types.add(type)) {
                errors.duplicate(at + ".type", type);
            }
            names(item, type, at, errors);
            bounds(item, type, at, errors);
        }
    }

    private static void type(String type, String path, FieldErrors errors) {
        List<String> wrong = Names.qualified(type);
        Checks.each(wrong, path, type, errors);
        if (wrong.isEmpty() && !type.contains("/") && !TYPES.contains(type)) {
            errors.invalid(path, type, "must be a standard limit type or fully qualified");
        }
    }

    private static void names(ObjectNode item, String type, String at, FieldErrors errors) {
        for (String list : LISTS) {
            if (type.equals("Pod") && list.startsWith("default")) {
                if (!item.path(list).isEmpty()) {
                    errors.forbidden(at + "." + list, "may not be specified when `type` is 'Pod'");
                }
                continue;
            }
            if (list.equals("maxLimitRequestRatio") && type.equals("PersistentVolumeClaim")) {
                storage(item, at, errors);
            }
            item.path(list).fieldNames().forEachRemaining(name -> {
                String path = at + "." + list + "[" + name + "]";
                if (type.equals("PersistentVolumeClaim") || !TYPES.contains(type)) {
                    ResourceNames.any(name, path, errors);
                } else {
                    ResourceNames.ofContainer(name, path, errors);
                }
            });
        }
    }

    private static void storage(ObjectNode item, String at, FieldErrors errors) {
        if (!item.path("min").has("storage") && !item.path("max").has("storage")) {
            errors.required(
                    at + ".limits", "either minimum or maximum storage value is required, but neither was provided");
        }
    }

    private static void bounds(ObjectNode item, String type, String at, FieldErrors errors) {
        boolean defaults = !type.equals("Pod");
        Map<String, Quantity> min = ResourceLists.of(item.path("min"));
        Map<String, Quantity> max = ResourceLists.of(item.path("max"));
        Map<String, Quantity> limits = defaults ? ResourceLists.of(item.path("default")) : Map.of();
        Map<String, Quantity> requests = defaults ? ResourceLists.of(item.path("defaultRequest")) : Map.of();
        Map<String, Quantity> ratios = ResourceLists.of(item.path("maxLimitRequestRatio"));
        Set<String> names = new TreeSet<>();
        List.of(min, max, limits, requests, ratios).forEach(list -> names.addAll(list.keySet()));
        for (String name : names) {
            Bounds of = new Bounds(at, name, errors);
            Quantity low = min.get(name);
            Quantity high = max.get(name);
            Quantity limit = limits.get(name);
            Quantity request = requests.get(name);
            if (low != null && high != null && low.compareTo(high) > 0) {
                of.wrong("min", low, "min value %s is greater than max value %s", low, high);
            }
            if (request != null && low != null && low.compareTo(request) > 0) {
                of.wrong(
                        "defaultRequest",
                        request,
                        "min value %s is greater than default request value %s",
                        low,
                        request);
            }
            if (request != null && high != null && request.compareTo(high) > 0) {
                of.wrong(
                        "defaultRequest",
                        request,
                        "default request value %s is greater than max value %s",
                        request,
                        high);
            }
            if (request != null && limit != null && request.compareTo(limit) > 0) {
                of.wrong(
                        "defaultRequest",
                        request,
                        "default request value %s is greater than default limit value %s",
                        request,
                        limit);
            }
            if (limit != null && low != null && low.compareTo(limit) > 0) {
                of.wrong("default", low, "min value %s is greater than default value %s", low, limit);
            }
            if (limit != null && high != null && limit.compareTo(high) > 0) {
                of.wrong("default", high, "default value %s is greater than max value %s", limit, high);
            }
            ratio(ratios.get(name), low, high, of);
            if (!ResourceNames.allowsOvercommit(name) && limit != null && request != null && !limit.equals(request)) {
                of.wrong(
                        "defaultRequest",
                        request,
                        "default value %s must equal to defaultRequest value %s in %s",
                        limit,
                        request,
                        name);
            }
        }
    }

    private static void ratio(@Nullable Quantity ratio, @Nullable Quantity low, @Nullable Quantity high, Bounds of) {
        if (ratio == null) {
            return;
        }
        if (ratio.compareTo(Quantity.of(1)) < 0) {
            of.wrong("maxLimitRequestRatio", ratio, "ratio %s is less than 1", ratio);
        }
        if (low == null || high == null) {
            return;
        }
        double most = high.amount().doubleValue() / low.amount().doubleValue();
        if (ratio.amount().doubleValue() > most) {
            of.wrong("maxLimitRequestRatio", ratio, "ratio %s is greater than max/min = %s", ratio, six(most));
        }
    }

    /** A ratio with six digits, as Go prints it. */
    static String six(double ratio) {
        return Double.isInfinite(ratio)
                ? "+Inf"
                : Double.isNaN(ratio)
                        ? "NaN"
                        : String.format(Locale.ROOT, "%.6f", new BigDecimal(ratio).setScale(6, RoundingMode.HALF_EVEN));
    }

    /** The bounds of one resource. */
    private record Bounds(String at, String name, FieldErrors errors) {
        void wrong(String list, Quantity shown, String message, Object... parts) {
            errors.invalid(at + "." + list + "[" + name + "]", shown.toString(), message.formatted(parts));
        }
    }
}
