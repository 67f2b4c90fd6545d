/**
 * Moving domains: what is planned, what is started, and how it is shown. What is under way is found by looking, so that a command
 * that was interrupted goes on when it is given again.
 */
@NullMarked
package io.lockstep.cli.migration;

import org.jspecify.annotations.NullMarked;
