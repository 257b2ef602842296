/** What the provisioner of node-local volumes and the nodes agree on. Depends on JSON only. */
@NullMarked
package io.shiplog.events.volume;

import org.jspecify.annotations.NullMarked;
