// board.c (netduinoplus2) - an STM32F405: clocks and pins (RM0090).

#include "armv7m.h"
#include "registers.h"
#include "semihosting.h"

// Section 7.3: reset and clock control. Section 3.9: access to flash.
#define RCC_CR              REGISTER(0x40023800u)
#define RCC_CR_HSI_READY    (1u << 1)
#define RCC_CR_PLL_ON       (1u << 24)
#define RCC_CR_PLL_READY    (1u << 25)
#define RCC_PLLCFGR         REGISTER(0x40023804u)
#define RCC_CFGR            REGISTER(0x40023808u)
#define RCC_CFGR_BUSES      (4u << 13 | 5u << 10) // of 168 MHz a half, a quarter
#define RCC_CFGR_PLL        2u
#define RCC_CFGR_IS(n)      ((n) << 2)
#define RCC_AHB1ENR         REGISTER(0x40023830u)
#define RCC_APB1ENR         REGISTER(0x40023840u)
#define RCC_APB2ENR         REGISTER(0x40023844u)
#define FLASH_ACR           REGISTER(0x40023c00u)
#define FLASH_ACR_CACHED_5  (7u << 8 | 5u) // caches, prefetch; 5 wait states

// HSI, 16 MHz: / 8 * 168 / 2; the third divisor is of no use here.
#define PLLCFGR             (7u << 24 | 168u << 6 | 8u)

// Section 8.4: the pins. n: of 16; two bits of a mode each, four of a function.
#define GPIO_MODE(port)     REGISTER(0x40020000u + 0x400u * (port))
#define GPIO_FUNCTION(port) REGISTER(0x40020020u + 0x400u * (port))
#define PORT_A              0u
#define PORT_B              1u
#define MODE_FUNCTION(n)    (2u << 2 * (n))
#define FUNCTION_UART(n)    (7u << 4 * (n))

static void clocks_init(void)
{
    FLASH_ACR = FLASH_ACR_CACHED_5; // before the clock is faster
    RCC_PLLCFGR = PLLCFGR;
    RCC_CR |= RCC_CR_PLL_ON;
    while ((RCC_CR & RCC_CR_PLL_READY) == 0)
        continue;
    RCC_CFGR = RCC_CFGR_BUSES | RCC_CFGR_PLL;
    while ((RCC_CFGR & RCC_CFGR_IS(3u)) != RCC_CFGR_IS(RCC_CFGR_PLL))
        continue;
}

// USART1 on PB6, PB7 (SCL, SDA of the board), USART2 on PA2, PA3 (D3, D2).
static void pins_init(void)
{
    RCC_AHB1ENR |= 1u << PORT_A | 1u << PORT_B;
    RCC_APB1ENR |= 1u << 17 | 3u; // USART2, TIM2, TIM3
    RCC_APB2ENR |= 1u << 4;       // USART1
    GPIO_FUNCTION(PORT_A) |= FUNCTION_UART(2u) | FUNCTION_UART(3u);
    GPIO_FUNCTION(PORT_B) |= FUNCTION_UART(6u) | FUNCTION_UART(7u);
    GPIO_MODE(PORT_A) |= MODE_FUNCTION(2u) | MODE_FUNCTION(3u);
    GPIO_MODE(PORT_B) |= MODE_FUNCTION(6u) | MODE_FUNCTION(7u);
}

void board_init(void)
{
    // After a reset HSI runs and is ready (section 7.2.2). QEMU has nothing
    // there that could be, and needs none of this.
    if ((RCC_CR & RCC_CR_HSI_READY) == 0)
        return;
    clocks_init();
    pins_init();
}

// With a debugger, which semihosting needs.
_Noreturn void board_halt(uint32_t result, const char *why)
{
    semihosting_exit(result, why);
}
