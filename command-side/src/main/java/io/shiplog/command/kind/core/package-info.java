/** The kinds of the core group: lists what the folders below contain. */
@NullMarked
package io.shiplog.command.kind.core;

import org.jspecify.annotations.NullMarked;
