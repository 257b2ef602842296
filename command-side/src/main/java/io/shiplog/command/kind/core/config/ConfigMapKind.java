package io.shiplog.command.kind.core.config;

import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/** ConfigMaps. */
public final class ConfigMapKind implements Kind {
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            text(
                    "Data",
                    "Data contains the configuration data.",
                    (map, now) ->
                            map.path("data").size() + map.path("binaryData").size()),
            MetaColumns.AGE);

    @Override
    public KindDescription description() {
        return KindDescription.draft("", "v1", "ConfigMap", "configmaps", Scope.NAMESPACED)
                .columns(COLUMNS)
                .shortNames("cm")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public void validate(ObjectNode map, FieldErrors errors) {
        ConfigValidation.configMap(map, errors);
    }

    @Override
    public void validateUpdate(ObjectNode map, ObjectNode old, FieldErrors errors) {
        ConfigValidation.configMapUpdate(map, old, errors);
    }
}
