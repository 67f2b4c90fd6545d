/**
 * XML that strangers wrote, read in bounded time and memory or refused in words, and edited without touching what is not meant.
 *
 * <p>Nothing outside the document is ever fetched, and no entity is ever expanded.
 */
@NullMarked
package io.lockstep.core.xml;

import org.jspecify.annotations.NullMarked;
