/** Tests of what a fresh cluster holds. */
@NullMarked
package io.shiplog.command.bootstrap;

import org.jspecify.annotations.NullMarked;
