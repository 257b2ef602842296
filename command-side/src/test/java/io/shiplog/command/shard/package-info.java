@NullMarked
package io.shiplog.command.shard;

import org.jspecify.annotations.NullMarked;
