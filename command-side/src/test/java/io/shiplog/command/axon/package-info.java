@NullMarked
package io.shiplog.command.axon;

import org.jspecify.annotations.NullMarked;
