/**
 * The controller: opens handovers, wakes, watches, remembers.
 *
 * <p>{@link io.lockstep.controller.Coordinator} is all of it without its shell, and runs as well on a virtual clock with agents in
 * memory; the rest of this package puts it into a Quarkus service.
 */
@NullMarked
package io.lockstep.controller;

import org.jspecify.annotations.NullMarked;
