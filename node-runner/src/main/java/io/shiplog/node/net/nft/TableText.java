package io.shiplog.node.net.nft;

import java.util.List;

/** A table as text for {@code nft -f}. Pure; each text is one atomic transaction. */
public interface TableText<R> {
    /** The table's name, of family {@code ip}. */
    String name();

    /** Replaces the table's content. */
    String full(R rules);

    /** The maps that the kernel fills; their content survives a rewrite. */
    default List<String> dynamicMaps() {
        return List.of();
    }

    /** The script from one rule set to another; empty if nothing changes. */
    String change(R from, R to);
}
