/**
 * The kinds that a cluster serves, as data: names, scope, subresources, columns, selectable fields, shard. How a kind is
 * defaulted and validated is the command side's affair. Depends on the object and json packages.
 */
@NullMarked
package io.shiplog.events.kind;

import org.jspecify.annotations.NullMarked;
