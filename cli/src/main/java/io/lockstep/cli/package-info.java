/**
 * {@code lockstepctl}: what people type to see the locks and to change them by hand.
 *
 * <p>Guarantees: stdout carries nothing but results, every message goes to stderr; the exit status tells what happened
 * ({@link io.lockstep.cli.ExitStatus}); the tool decides nothing about locks, it asks agents, which may refuse.
 */
@NullMarked
package io.lockstep.cli;

import org.jspecify.annotations.NullMarked;
