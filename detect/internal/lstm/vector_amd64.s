#include "textflag.h"

// Vector forms of the loops in gemm.go, activation.go and layer.go. They multiply
// and add apart, never fused, in the same order as the loops: the same bits.

// func gemm4x16(c *float32, ldc int, a *float32, arow, acol int, b *float32, ldb, k int)
// Strides in bytes. c, 4 by 16, += a (4 by k) b (k by 16).
TEXT ·gemm4x16(SB), NOSPLIT, $0-64
	MOVQ c+0(FP), DI
	MOVQ ldc+8(FP), SI
	MOVQ a+16(FP), R8
	MOVQ arow+24(FP), R9
	MOVQ acol+32(FP), R10
	MOVQ b+40(FP), R11
	MOVQ ldb+48(FP), R12
	MOVQ k+56(FP), CX
	LEAQ (R9)(R9*2), DX
	LEAQ (DI)(SI*1), R13
	LEAQ (R13)(SI*1), AX
	LEAQ (AX)(SI*1), BX
	VMOVUPS (DI), Y0
	VMOVUPS 32(DI), Y1
	VMOVUPS (R13), Y2
	VMOVUPS 32(R13), Y3
	VMOVUPS (AX), Y4
	VMOVUPS 32(AX), Y5
	VMOVUPS (BX), Y6
	VMOVUPS 32(BX), Y7

loop:
	VMOVUPS (R11), Y8
	VMOVUPS 32(R11), Y9
	VBROADCASTSS (R8), Y10
	VMULPS Y8, Y10, Y11
	VMULPS Y9, Y10, Y12
	VADDPS Y11, Y0, Y0
	VADDPS Y12, Y1, Y1
	VBROADCASTSS (R8)(R9*1), Y13
	VMULPS Y8, Y13, Y14
	VMULPS Y9, Y13, Y15
	VADDPS Y14, Y2, Y2
	VADDPS Y15, Y3, Y3
	VBROADCASTSS (R8)(R9*2), Y10
	VMULPS Y8, Y10, Y11
	VMULPS Y9, Y10, Y12
	VADDPS Y11, Y4, Y4
	VADDPS Y12, Y5, Y5
	VBROADCASTSS (R8)(DX*1), Y13
	VMULPS Y8, Y13, Y14
	VMULPS Y9, Y13, Y15
	VADDPS Y14, Y6, Y6
	VADDPS Y15, Y7, Y7
	ADDQ R10, R8
	ADDQ R12, R11
	DECQ CX
	JNZ  loop

	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, (R13)
	VMOVUPS Y3, 32(R13)
	VMOVUPS Y4, (AX)
	VMOVUPS Y5, 32(AX)
	VMOVUPS Y6, (BX)
	VMOVUPS Y7, 32(BX)
	VZEROUPPER
	RET

// func gemm1x32(c *float32, a *float32, acol int, b *float32, ldb, k int)
// Strides in bytes. c, 32 wide, += a (1 by k) b (k by 32).
TEXT ·gemm1x32(SB), NOSPLIT, $0-48
	MOVQ c+0(FP), DI
	MOVQ a+8(FP), R8
	MOVQ acol+16(FP), R10
	MOVQ b+24(FP), R11
	MOVQ ldb+32(FP), R12
	MOVQ k+40(FP), CX
	VMOVUPS (DI), Y0
	VMOVUPS 32(DI), Y1
	VMOVUPS 64(DI), Y2
	VMOVUPS 96(DI), Y3

loop1:
	VBROADCASTSS (R8), Y8
	VMULPS (R11), Y8, Y4
	VMULPS 32(R11), Y8, Y5
	VMULPS 64(R11), Y8, Y6
	VMULPS 96(R11), Y8, Y7
	VADDPS Y4, Y0, Y0
	VADDPS Y5, Y1, Y1
	VADDPS Y6, Y2, Y2
	VADDPS Y7, Y3, Y3
	ADDQ R10, R8
	ADDQ R12, R11
	DECQ CX
	JNZ  loop1

	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, 64(DI)
	VMOVUPS Y3, 96(DI)
	VZEROUPPER
	RET

// func axpy8(y, x *float32, a float32, n int)
// y[j] += a*x[j]; n is a multiple of 8.
TEXT ·axpy8(SB), NOSPLIT, $0-32
	MOVQ y+0(FP), DI
	MOVQ x+8(FP), SI
	VBROADCASTSS a+16(FP), Y0
	MOVQ n+24(FP), CX
	SHRQ $3, CX

loop8:
	VMULPS (SI), Y0, Y1
	VADDPS (DI), Y1, Y1
	VMOVUPS Y1, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	DECQ CX
	JNZ  loop8
	VZEROUPPER
	RET

// Offsets into expConstants.
#define LOW 0
#define HIGH 32
#define LOG2E 64
#define MAGIC 96
#define LN2HIGH 128
#define LN2LOW 160
#define C6 192
#define C5 224
#define C4 256
#define C3 288
#define C2 320
#define ONE 352
#define TWO 384
#define BIAS 416
#define SIGN 448

// EXP: Y0 = exp(Y0), by Y1 and Y2; R15 points to expConstants. The constant is the
// first operand of VMINPS and VMAXPS (second in Go's order), so that what is not a
// number stays so.
#define EXP \
	VMOVUPS HIGH(R15), Y1 \
	VMINPS Y0, Y1, Y0 \
	VMOVUPS LOW(R15), Y1 \
	VMAXPS Y0, Y1, Y0 \
	VMULPS LOG2E(R15), Y0, Y1 \
	VADDPS MAGIC(R15), Y1, Y1 \
	VSUBPS MAGIC(R15), Y1, Y2 \
	VPADDD BIAS(R15), Y1, Y1 \
	VPSLLD $23, Y1, Y1 \
	VMULPS LN2HIGH(R15), Y2, Y3 \
	VSUBPS Y3, Y0, Y0 \
	VMULPS LN2LOW(R15), Y2, Y3 \
	VSUBPS Y3, Y0, Y0 \
	VMULPS C6(R15), Y0, Y2 \
	VADDPS C5(R15), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS C4(R15), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS C3(R15), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS C2(R15), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS ONE(R15), Y2, Y2 \
	VMULPS Y0, Y2, Y2 \
	VADDPS ONE(R15), Y2, Y2 \
	VMULPS Y1, Y2, Y0

// SIGMOID: Y0 = 1/(1+exp(-Y0))
#define SIGMOID \
	VXORPS SIGN(R15), Y0, Y0 \
	EXP \
	VADDPS ONE(R15), Y0, Y0 \
	VMOVUPS ONE(R15), Y1 \
	VDIVPS Y0, Y1, Y0

// TANH: Y0 = 1 - 2/(exp(2*Y0)+1)
#define TANH \
	VMULPS TWO(R15), Y0, Y0 \
	EXP \
	VADDPS ONE(R15), Y0, Y0 \
	VMOVUPS TWO(R15), Y1 \
	VDIVPS Y0, Y1, Y0 \
	VMOVUPS ONE(R15), Y1 \
	VSUBPS Y0, Y1, Y0

// func activate8(z *float32, h int, before, cell, tanhCell, hidden *float32, n int, constants *float32)
// The first n units, a multiple of 8, of a row of h.
TEXT ·activate8(SB), NOSPLIT, $0-64
	MOVQ z+0(FP), DI
	MOVQ h+8(FP), SI
	SHLQ $2, SI
	MOVQ before+16(FP), R8
	MOVQ cell+24(FP), R9
	MOVQ tanhCell+32(FP), R10
	MOVQ hidden+40(FP), R11
	MOVQ n+48(FP), CX
	MOVQ constants+56(FP), R15
	SHRQ $3, CX
	LEAQ (DI)(SI*1), R12
	LEAQ (R12)(SI*1), R13
	LEAQ (R13)(SI*1), AX

loopa:
	VMOVUPS (DI), Y0
	SIGMOID
	VMOVUPS Y0, (DI)
	VMOVAPS Y0, Y4
	VMOVUPS (R12), Y0
	SIGMOID
	VMOVUPS Y0, (R12)
	VMOVAPS Y0, Y5
	VMOVUPS (R13), Y0
	TANH
	VMOVUPS Y0, (R13)
	VMULPS Y0, Y4, Y4
	VMOVUPS (AX), Y0
	SIGMOID
	VMOVUPS Y0, (AX)
	VMOVAPS Y0, Y6
	VMULPS (R8), Y5, Y5
	VADDPS Y5, Y4, Y0
	VMOVUPS Y0, (R9)
	TANH
	VMOVUPS Y0, (R10)
	VMULPS Y0, Y6, Y0
	VMOVUPS Y0, (R11)
	ADDQ $32, DI
	ADDQ $32, R12
	ADDQ $32, R13
	ADDQ $32, AX
	ADDQ $32, R8
	ADDQ $32, R9
	ADDQ $32, R10
	ADDQ $32, R11
	DECQ CX
	JNZ  loopa
	VZEROUPPER
	RET

// func cpuid(leaf, sub uint32) (a, b, c, d uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-24
	MOVL leaf+0(FP), AX
	MOVL sub+4(FP), CX
	CPUID
	MOVL AX, a+8(FP)
	MOVL BX, b+12(FP)
	MOVL CX, c+16(FP)
	MOVL DX, d+20(FP)
	RET

// func xgetbv() (low uint32)
TEXT ·xgetbv(SB), NOSPLIT, $0-4
	XORL CX, CX
	XGETBV
	MOVL AX, low+0(FP)
	RET
