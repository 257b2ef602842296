/**
 * The kinds that a cluster serves, as data: names, scope, subresources, columns, selectable fields, shard. The command side
 * defaults and validates them. Depends on the object and json packages.
 */
@NullMarked
package io.shiplog.events.kind;

import org.jspecify.annotations.NullMarked;
