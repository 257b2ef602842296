/** ConfigMaps and Secrets. */
@NullMarked
package io.shiplog.command.kind.core.config;

import org.jspecify.annotations.NullMarked;
