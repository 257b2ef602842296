/** Services: types, addresses and ports. */
@NullMarked
package io.shiplog.command.kind.core.service;

import org.jspecify.annotations.NullMarked;
