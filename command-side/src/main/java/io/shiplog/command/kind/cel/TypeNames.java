package io.shiplog.command.kind.cel;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import dev.cel.common.types.TypeParamType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** TypeNames of CEL from their names: {@code map<string,list<string>>}, {@code kubernetes.Quantity}, {@code A}. */
final class TypeNames {
    private static final Map<String, CelType> SIMPLE = Map.of(
            "int", SimpleType.INT,
            "uint", SimpleType.UINT,
            "double", SimpleType.DOUBLE,
            "string", SimpleType.STRING,
            "bytes", SimpleType.BYTES,
            "bool", SimpleType.BOOL,
            "dyn", SimpleType.DYN,
            "timestamp", SimpleType.TIMESTAMP,
            "duration", SimpleType.DURATION,
            "A", TypeParamType.create("A"));

    private TypeNames() {}

    /** The type with this name. Names of structs begin with {@code struct:}; others are values that only functions look into. */
    static CelType of(String name) {
        CelType simple = SIMPLE.get(name);
        if (simple != null) {
            return simple;
        }
        if (name.startsWith("struct:")) {
            return StructTypeReference.create(name.substring("struct:".length()));
        }
        int open = name.indexOf('<');
        if (open < 0) {
            return OpaqueType.create(name);
        }
        List<CelType> parameters = split(name.substring(open + 1, name.length() - 1)).stream()
                .map(TypeNames::of)
                .toList();
        return switch (name.substring(0, open)) {
            case "list" -> ListType.create(parameters.getFirst());
            case "map" -> MapType.create(parameters.getFirst(), parameters.getLast());
            case "optional" -> OptionalType.create(parameters.getFirst());
            default -> throw new IllegalArgumentException("no type: " + name);
        };
    }

    /** The parts between the commas that no brackets enclose; none of an empty text. */
    static List<String> split(String names) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < names.length(); i++) {
            char c = names.charAt(i);
            depth += c == '<' ? 1 : c == '>' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(names.substring(from, i));
                from = i + 1;
            }
        }
        if (from < names.length()) {
            parts.add(names.substring(from));
        }
        return parts;
    }

    /** A struct with these fields. */
    static StructType struct(String name, Map<String, CelType> fields) {
        ImmutableMap<String, CelType> known = ImmutableMap.copyOf(fields);
        return StructType.create(name, known.keySet(), field -> Optional.ofNullable(known.get(field)));
    }

    /** Knows these structs. */
    static CelTypeProvider provider(List<StructType> structs) {
        ImmutableList<CelType> known = ImmutableList.copyOf(structs);
        Map<String, CelType> names = new HashMap<>();
        known.forEach(type -> names.putIfAbsent(type.name(), type));
        ImmutableMap<String, CelType> byName = ImmutableMap.copyOf(names);
        return new CelTypeProvider() {
            @Override
            public ImmutableList<CelType> types() {
                return known;
            }

            @Override
            public Optional<CelType> findType(String name) {
                return Optional.ofNullable(byName.get(name));
            }
        };
    }
}
