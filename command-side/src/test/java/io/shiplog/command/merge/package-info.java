@NullMarked
package io.shiplog.command.merge;

import org.jspecify.annotations.NullMarked;
